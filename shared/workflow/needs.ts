import type { ClusterScope } from "../connection/arm-id.ts";
import type { Clusters, Connections } from "../connection/port.ts";
import { type Purpose, type Turn, turnOf } from "../connection/turn.ts";
import type { FactSources } from "../facts/port.ts";
import type { DeliveryNeeds } from "../notify/deliver.ts";
import type { Policies } from "../policy-in-force/port.ts";
import type { Ledger } from "../request/ledger.ts";
import type { ApprovalRequest } from "../request/request.ts";

/** Where, and whether at all, anything may be written to ARM. */
export interface Writes {
  readonly scopes: readonly ClusterScope[];
  areOn(): Promise<boolean>;
}

/** What it takes to judge a request. */
export interface JudgingNeeds {
  readonly ledger: Ledger;
  /** In the turn of whoever is served, where there is one. */
  readonly connections: Connections;
  readonly clusters: Clusters;
  readonly policies: Policies;
  readonly facts: FactSources;
}

/** Gives each consumer their turn at ARM's limits. */
export interface TakingTurns {
  inTurnOf(turn: Turn): Connections;
}

/** The same needs, with every call about connections made in the turn of the request's consumer. */
export const inTurnOf = <N extends JudgingNeeds & TakingTurns>(
  needs: N,
  { privateEndpointId }: Pick<ApprovalRequest, "privateEndpointId">,
  purpose: Purpose,
): N => ({ ...needs, connections: needs.inTurnOf(turnOf(privateEndpointId, purpose)) });

/**
 * The same needs for a walk through everything: a part of ARM's limits is kept for those, since in a flood the sweep is
 * what finds the connections that nobody announced.
 */
export function onTheSweep<N extends JudgingNeeds & TakingTurns>(needs: N): N {
  const turns = (turn: Turn) => needs.inTurnOf({ ...turn, purpose: "sweep" });
  return { ...needs, inTurnOf: turns, connections: turns({ purpose: "sweep", consumer: null }) };
}

/** What it takes to write an answer to ARM. */
export interface WritingNeeds extends JudgingNeeds {
  readonly writes: Writes;
}

/** What the work of a request's life stands on. */
export interface ActivityNeeds extends WritingNeeds, TakingTurns {
  readonly delivery: DeliveryNeeds;
  /** In [0, 1). */
  random(): number;
  /** For operators: what went wrong without stopping anything. */
  warn(line: string): void;
}
