import { type ClusterId, type ConnectionId, clusterOf } from "../connection/arm-id.ts";
import type { ArmConnections, Connections } from "../connection/port.ts";
import type { Purpose, Turn } from "../connection/turn.ts";
import type { Budgets } from "./budgets.ts";
import { share } from "./share.ts";

export interface FairConnections {
  /** The connections as somebody's turn: each call waits for room in the app's budget. */
  inTurnOf(turn: Turn): Connections;
  /** Whether ARM's limits for this cluster are short, so that reads should be shared. */
  isShort(cluster: ClusterId): boolean;
}

/** How long a list waits for the one before it; a call that takes longer is in trouble. */
const PATIENCE_MS = 1_000;
/** Of one consumer, and in all; but of each consumer one may. Each of them takes a place among the app's activities. */
const LOOKS_AT_ONCE = { perConsumer: 8, inAll: 24 };

/**
 * Shares AKS's limit of calls about connections out. While there is room every read is a GET of its own, which is the
 * quickest; when it gets short, looks share lists: one serves all who asked before it began.
 */
export function fairConnections(arm: ArmConnections, budgets: Budgets): FairConnections {
  const listsFor = (purpose: Purpose) =>
    share((cluster: ClusterId) => budgets.connections(cluster).learn(() => arm.list(cluster)), {
      patienceMs: PATIENCE_MS,
      // Clusters take turns with consumers: a list is nobody's in particular.
      turn: (cluster) => budgets.connections(cluster).turn({ purpose, consumer: cluster }),
    });
  // Who shares a list shares its turn, and a look must not wait for what is kept for the sweep.
  const forLooks = listsFor("look");
  const forSweeps = listsFor("sweep");
  // The list that verifies an answer serves others as well, and must not take the place of an answer.
  const list = (cluster: ClusterId, { purpose }: Turn) =>
    (purpose === "sweep" ? forSweeps : forLooks)(cluster);
  const looking = new Map<string | null, number>();

  const inTurnOf = (turn: Turn): Connections => {
    const budgetOf = (id: ConnectionId) => budgets.connections(clusterOf(id));
    const read = async (id: ConnectionId) => {
      const found = await budgetOf(id).spend(turn, () => arm.read(id));
      // What is not there is looked for in a list as well, in case ARM spells it otherwise.
      if (found === null) budgetOf(id).owe();
      return found;
    };
    return {
      read,
      look: async (id) => {
        if (budgetOf(id).hasRoom()) return read(id);
        const shared = await counted(looking, budgetOf(id), turn, () => list(clusterOf(id), turn));
        // What a list does not show, or not wholly, is news of the sort that wants a look of its own.
        return shared?.items.find((item) => item.id === id && item.privateEndpoint !== null) ?? read(id);
      },
      list: (cluster) => list(cluster, turn),
      answer: (connection, answer, description) => {
        const write = () => arm.answer(connection, answer, description);
        // The read before it is spent already.
        return budgetOf(connection.id).spend(turn, write, true);
      },
    };
  };
  return { inTurnOf, isShort: (cluster) => !budgets.connections(cluster).hasRoom() };
}

/** Waits for a shared list, unless too many of the same consumer do already. */
async function counted<T>(
  looking: Map<string | null, number>,
  budget: ReturnType<Budgets["connections"]>,
  turn: Turn,
  work: () => Promise<T>,
): Promise<T> {
  const { consumer, purpose } = turn;
  // What verifies an answer is worth more than a new look, and there are no more of them than answers.
  if (purpose === "answer") return work();
  const own = looking.get(consumer) ?? 0;
  const all = [...looking.values()].reduce((sum, count) => sum + count, 0);
  if (own >= LOOKS_AT_ONCE.perConsumer || (own > 0 && all >= LOOKS_AT_ONCE.inAll))
    throw budget.refusal(turn, 1 / LOOKS_AT_ONCE.perConsumer);
  looking.set(consumer, own + 1);
  try {
    return await work();
  } finally {
    const left = (looking.get(consumer) ?? 1) - 1;
    if (left === 0) looking.delete(consumer);
    else looking.set(consumer, left);
  }
}
