import { Activities } from "./activities.ts";
import { Inbox } from "./inbox.ts";
import { Instances } from "./instances.ts";
import { Store } from "./store.ts";

/** Everything the task hub keeps. */
export interface HubStore {
  store: Store;
  instances: Instances;
  inbox: Inbox;
  activities: Activities;
}

export function openHubStore(file: string): HubStore {
  const store = new Store(file);
  return {
    store,
    instances: new Instances(store),
    inbox: new Inbox(store),
    activities: new Activities(store),
  };
}
