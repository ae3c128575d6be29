import { armName, type PrivateEndpointId } from "./arm-id.ts";

/** What a call to ARM is for: to bring an answer into ARM, to look at what there is, or to look through everything. */
export type Purpose = "answer" | "look" | "sweep";

/** What a call to ARM is for, and who is served by it. The app's own budget of calls is shared out by this. */
export interface Turn {
  readonly purpose: Purpose;
  /** The subscription of the private endpoint; null when nobody in particular is served, or nobody knows whose it is. */
  readonly consumer: string | null;
}

/** The turn of whoever owns this private endpoint. */
export const turnOf = (endpoint: PrivateEndpointId | null, purpose: Purpose): Turn => ({
  purpose,
  consumer: endpoint === null ? null : armName(endpoint).subscription,
});
