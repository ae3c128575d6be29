import type { Change } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import type { Outbox, RequestStore } from "../../../shared/request/store.ts";
import { aConnection, aConnectionId, aTrail } from "../../fixtures/builders.ts";

/** The channels that a store under test has. */
export const CHANNELS = ["card", "log"];

/** A store with an outbox for these channels. */
export type StoreUnderTest = RequestStore & { readonly outbox: Outbox };

/** Gives an empty one. */
export type OpenStore = () => Promise<StoreUnderTest>;

/** The trail of a connection called `name`. */
export const trailOf = (name: string, ...entries: readonly Entry[]): Change =>
  aTrail({ connection: aConnection({ id: aConnectionId(name) }) }, ...entries);
