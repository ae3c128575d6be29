import type { Clock } from "../../kit/clock.ts";
import type { Versioning } from "../contract.ts";
import type { HubStore } from "../store/hub-store.ts";
import type { Log } from "../work/log.ts";
import type { Troubles } from "../work/troubles.ts";
import type { Links } from "./links.ts";

/** What the HTTP API needs of the hub behind it. */
export interface ApiNeeds {
  hub: HubStore;
  clock: Clock;
  links: Links;
  versioning: Versioning | undefined;
  troubles: Pick<Troubles, "startAtOnce">;
  log: Log;
  /** Called after the commit of a message for the run. */
  onMessage(run: number): void;
  /** Lets the time pass while a call waits for an instance. */
  sleepUntil(at: number): Promise<void>;
}
