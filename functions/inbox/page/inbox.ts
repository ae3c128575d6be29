import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Me } from "./api.ts";
import type { Client } from "./client.ts";
import type { AppClock } from "./clock.ts";
import type { Drafts } from "./drafts.ts";
import type { Session } from "./sign-in/session.ts";
import type { Store } from "./store.ts";

/** What every part of the page may need; there is one, for as long as the page lives. */
export interface Inbox {
  readonly session: Session;
  readonly client: Client;
  readonly clock: AppClock;
  readonly drafts: Drafts;
  /** How often somebody decided here: whatever is watched is looked at again when it changes. */
  readonly decided: Store<number>;
  /** What a screen reader says next. */
  readonly announcement: Store<string>;
}

/** The same, for somebody who has signed in. */
export interface SignedIn extends Inbox {
  readonly me: Me;
}

const Context = createContext<SignedIn | null>(null);

export const InboxProvider = Context.Provider;

/** @throws outside of what is shown to somebody who has signed in */
export function useInbox(): SignedIn {
  const inbox = useContext(Context);
  if (inbox === null) throw new Error("Only who has signed in sees this.");
  return inbox;
}
