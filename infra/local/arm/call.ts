import type { Caller } from "./caller.ts";
import type { ResourceChange } from "./events.ts";
import type { ParameterName } from "./ids.ts";
import type { QueryQuota } from "./query-quota.ts";
import type { Store } from "./store.ts";

/** One ARM request, after every check that does not need the state. */
export interface Call {
  parameters: Readonly<Record<ParameterName, string>>;
  query: URLSearchParams;
  body: string;
  caller: Caller;
  correlationId: string;
  now: number;
}

/** What the answer to a call is, and what it did. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Whether the state differs from before: a repeated PUT is answered 200 and is not effective. */
  effective?: boolean;
  /** What Event Grid is to hear of it. */
  change?: ResourceChange;
}

/** What a route works on. */
export interface World {
  store: Store;
  /** `https://host:port` of this server, for links in answers. */
  origin: string;
  pageSize: number;
  /** The tenant whose tokens are believed: that of the provider and of every subscription unless told otherwise. */
  tenantId: string;
  /** How often each caller may query Resource Graph. */
  quota: QueryQuota;
  /** So old must a change be before Resource Graph shows it. */
  changesLagMs: number;
  /** So old must an event be before the Activity Log shows it. */
  logLagMs: number;
}

/** The behaviour of one route: runs in a transaction, throws `ArmError` before it writes anything. */
export type Behaviour = (world: World, call: Call) => Answer;
