import { REAL_LIMITS } from "./constants.ts";
import { ArmError } from "./errors.ts";

/** A token bucket: `burst` at once, refilled with `perSecond`. */
export interface Limit {
  burst: number;
  perSecond: number;
}

/** A limit of ARM, or of a resource provider. */
export type LimitName = keyof typeof REAL_LIMITS;

/** Limits that differ from the real ones. */
export type Throttling = Readonly<Partial<Record<LimitName, Limit>>>;

/** One bucket that a request draws from. */
export interface Draw {
  limit: LimitName;
  /** What the limit is counted by, beside its name. */
  key: string;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Counts requests against the limits. Kept in memory: a restarted ARM is rested, as a real one's region failover is. */
export class Throttle {
  readonly #limits: Readonly<Record<LimitName, Limit>>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(throttling: Throttling = {}) {
    this.#limits = { ...REAL_LIMITS, ...throttling };
  }

  /**
   * Takes one token from every bucket, or none and refuses.
   * @returns the whole tokens left in the first bucket, ARM's own.
   */
  take(draws: readonly Draw[], nowMs: number): number {
    const filled = draws.map((draw) => ({ draw, bucket: this.#fill(draw, nowMs) }));
    for (const { draw, bucket } of filled) {
      if (bucket.tokens < 1)
        throw refusal(draw.limit, (1 - bucket.tokens) / this.#limits[draw.limit].perSecond);
    }
    for (const { bucket } of filled) bucket.tokens -= 1;
    return Math.floor(filled[0]?.bucket.tokens ?? 0);
  }

  #fill({ limit, key }: Draw, nowMs: number): Bucket {
    const { burst, perSecond } = this.#limits[limit];
    const name = `${limit} ${key}`;
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: nowMs };
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.at) / 1000) * perSecond);
    bucket.at = nowMs;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

function refusal(limit: LimitName, seconds: number): ArmError {
  return new ArmError(
    limit.startsWith("arm") ? "TooManyRequests" : "Throttled",
    `The request is being throttled as the limit '${limit}' has been reached.`,
    { "retry-after": String(Math.max(1, Math.ceil(seconds))) },
  );
}
