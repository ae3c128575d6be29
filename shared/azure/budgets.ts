import { armName, type ClusterId, type PrivateEndpointId } from "../connection/arm-id.ts";
import { Fault } from "../connection/fault.ts";
import type { Purpose, Turn } from "../connection/turn.ts";
import { type Rate, type Share, TokenBucket } from "./token-bucket.ts";
import { type Patience, Turns } from "./turns.ts";

/** What Azure allows. */
export interface Rates {
  /** Calls about private endpoint connections in a subscription, and reads of one cluster. */
  readonly aks: Rate;
  /** Reads of anything in a subscription. */
  readonly armReads: Rate;
}

/** One limit of Azure's, as this app spends it. */
export interface Budget {
  /** Does the work when it is its turn. A 429 of Azure's is learnt from. @throws a THROTTLED `Fault` when that takes too long */
  spend<T>(turn: Turn, work: () => Promise<T>, isUrgent?: boolean): Promise<T>;
  /** Waits for the turn alone. */
  turn(turn: Turn): Promise<void>;
  /** The work alone. */
  learn<T>(work: () => Promise<T>): Promise<T>;
  /** A call was made without a turn. */
  owe(): void;
  /** Whether there is more than what is kept for somebody. */
  hasRoom(): boolean;
  /** What tells a consumer to come back later. */
  refusal(turn: Turn, calls: number): Fault;
}

type Shares = Readonly<Record<Purpose, Share>>;

/** The budgets of this app, one for each limit. */
export interface Budgets {
  /** Of the calls about private endpoint connections, by subscription and region of the cluster. */
  connections(cluster: ClusterId): Budget;
  /** Learns in which region a cluster is. Those of which that is not known share a budget in each subscription. */
  locate(cluster: ClusterId, region: string): void;
  /** Of the reads of a cluster. */
  cluster(cluster: ClusterId): Budget;
  /** Of the reads of private endpoints, by their subscription. */
  endpoints(endpoint: PrivateEndpointId): Budget;
}

/** For tools that make few calls and serve nobody who waits. */
export const AMPLE: Rates = {
  aks: { burst: 1e9, perSecond: 1e9 },
  armReads: { burst: 1e9, perSecond: 1e9 },
};

/** The customer's other tools use the same limits, and a limit of nearly one is learnt from no 429. */
const OUR_PART = 0.9;

/** With less than two calls at once none of the shares below would ever come to a whole call. */
const MIN_BURST = 2;

/**
 * An answer needs two calls of its own, and a look at a cluster serves everybody who waits for it. Reads can use up half
 * of the burst and no more; the sweep, which is long, does not wait for a flood to end.
 */
const SHARES: Shares = {
  answer: { ofRefill: 0.5, ofBurst: 0.3 },
  look: { ofRefill: 0.35, ofBurst: 0.1 },
  sweep: { ofRefill: 0.15, ofBurst: 0.1 },
};
/** Where nothing is written, and whoever asks shares the answer with the others. */
const READS_ALONE: Shares = {
  answer: { ofRefill: 0, ofBurst: 0 },
  look: { ofRefill: 1, ofBurst: 0.5 },
  sweep: { ofRefill: 0, ofBurst: 0 },
};

/** What an activity waits is short beside the 20 s that a call may take: together they must stay below 30 s. */
const PATIENCE = {
  maxWaitMs: 3_000,
  perConsumer: 3,
  inAll: 16,
  refusal: "The app's own budget of calls to ARM is used up for now.",
};
/** What Azure says when it does not say for how long. */
const DEFAULT_PAUSE_MS = 5_000;
/** Limits that are remembered, the last used; one that is forgotten is full again. So it is with clusters' regions. */
const MAX_REMEMBERED = 10_000;

/** Budgets a little below what Azure allows, each made when it is first needed. */
export function createBudgets({ aks, armReads }: Rates): Budgets {
  const budgets = new Map<string, Budget>();
  const regions = new Map<ClusterId, string>();
  const budget = (key: string, rate: Rate, shares: Shares): Budget =>
    keep(budgets, key, budgets.get(key) ?? createBudget(rate, shares));
  const keyIn = (cluster: ClusterId, region: string) =>
    `connections ${armName(cluster).subscription} ${region}`;
  return {
    connections: (cluster) => budget(keyIn(cluster, regions.get(cluster) ?? UNKNOWN), aks, SHARES),
    locate: (cluster, region) => {
      keep(regions, cluster, region);
      // What was spent before the region was known was spent in it: the budget stays the same.
      const before = budgets.get(keyIn(cluster, UNKNOWN));
      if (before === undefined || budgets.has(keyIn(cluster, region))) return;
      budgets.delete(keyIn(cluster, UNKNOWN));
      keep(budgets, keyIn(cluster, region), before);
    },
    cluster: (cluster) => budget(`cluster ${cluster}`, aks, READS_ALONE),
    endpoints: (endpoint) => budget(`endpoints ${armName(endpoint).subscription}`, armReads, READS_ALONE),
  };
}

/** No region of Azure's is called so. */
const UNKNOWN = "?";

/** Remembers it as the last used, and forgets the one that was not used for longest. */
function keep<K, V>(memory: Map<K, V>, key: K, value: V): V {
  memory.delete(key);
  memory.set(key, value);
  const [oldest] = memory.keys();
  if (oldest !== undefined && memory.size > MAX_REMEMBERED) memory.delete(oldest);
  return value;
}

function createBudget({ burst, perSecond }: Rate, shares: Shares): Budget {
  const rate = { burst: Math.max(burst * OUR_PART, MIN_BURST), perSecond: perSecond * OUR_PART };
  const bucket = new TokenBucket<Purpose>(rate, shares);
  const patience: Patience = { ...PATIENCE, perSecond: rate.perSecond };
  const turns = new Turns<Purpose>(bucket, patience);
  const budget: Budget = {
    turn: ({ purpose, consumer }) => turns.turn(purpose, consumer ?? NOBODY),
    learn: async (work) => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Fault && error.code === "THROTTLED")
          bucket.drain(performance.now(), error.retryAfterMs ?? DEFAULT_PAUSE_MS);
        throw error;
      }
    },
    spend: async ({ purpose, consumer }, work, isUrgent) => {
      await turns.turn(purpose, consumer ?? NOBODY, isUrgent);
      return budget.learn(work);
    },
    owe: () => bucket.owe(performance.now()),
    hasRoom: () => bucket.hasRoom(performance.now()),
    refusal: ({ consumer }, calls) => turns.refusal(consumer ?? NOBODY, { calls }),
  };
  return budget;
}

/** Those about whom nothing is known share a place. */
const NOBODY = "";
