import type { ClusterScope } from "../connection/arm-id.ts";
import type { Clusters, Connections } from "../connection/port.ts";
import type { FactSources } from "../facts/port.ts";
import type { DeliveryNeeds } from "../notify/deliver.ts";
import type { Policies } from "../policy-in-force/port.ts";
import type { Ledger } from "../request/ledger.ts";

/** Where, and whether at all, anything may be written to ARM. */
export interface Writes {
  readonly scopes: readonly ClusterScope[];
  areOn(): boolean;
}

/** What it takes to judge a request. */
export interface JudgingNeeds {
  readonly ledger: Ledger;
  readonly connections: Connections;
  readonly clusters: Clusters;
  readonly policies: Policies;
  readonly facts: FactSources;
}

/** What it takes to write an answer to ARM. */
export interface WritingNeeds extends JudgingNeeds {
  readonly writes: Writes;
}

/** What the work of a request's life stands on. */
export interface ActivityNeeds extends WritingNeeds {
  readonly delivery: DeliveryNeeds;
  /** In [0, 1). */
  random(): number;
  /** For operators: what went wrong without stopping anything. */
  warn(line: string): void;
}
