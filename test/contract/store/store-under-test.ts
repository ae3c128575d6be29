import type { Outbox, RequestStore } from "../../../shared/request/store.ts";

export type StoreUnderTest = RequestStore & { readonly outbox: Outbox };

/** The channels that a store under test has. */
export const CHANNELS = ["card", "log"];

/** Gives an empty store with these channels. */
export type OpenStore = () => Promise<StoreUnderTest>;

/** A store, empty at first, and the same one as the next process sees it. */
export interface LastingStore {
  readonly store: StoreUnderTest;
  reopened(): Promise<StoreUnderTest>;
}
