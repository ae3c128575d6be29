import { type ContainerServiceContext, createContainerService } from "@azure/arm-containerservice/api";
import { faultOf, hasStatus } from "./arm-fault.ts";
import type { RenewableCredential } from "./credential.ts";
import { watchCalls } from "./watch-calls.ts";

export interface ArmOptions {
  /** `https://management.azure.com`, or the one of another cloud. */
  readonly endpoint: string;
  /** What tokens are asked for, without `/.default`. */
  readonly audience: string;
  readonly credential: RenewableCredential;
  /** A call that has not answered by then is given up. 20 s unless told: well below the 30 s that an activity may block. */
  readonly timeLimitMs?: number;
}

/** The version of the AKS API that this app was written against. */
export const API_VERSION = "2026-01-01";

const TIME_LIMIT_MS = 20_000;

/** Options of one SDK call: its time limit, and where the answer's headers go. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: { headers: { get(name: string): string | undefined } }) => void;
}

/** Calls ARM through the SDK: one attempt with a time limit, every error a `Fault`. */
export interface ArmClient {
  /**
   * @param subscription whose clusters the call is about
   * @returns null when ARM says 404
   */
  call<T>(
    subscription: string,
    work: (context: ContainerServiceContext, options: CallOptions) => Promise<T>,
  ): Promise<{ readonly value: T; readonly correlationId: string | null } | null>;
}

/**
 * One pipeline for all subscriptions: one token cache, one pool of connections.
 *
 * The SDK's own retries are off: they would sleep inside an activity. Waiting is the orchestrator's, in durable timers.
 */
export function createArmClient(options: ArmOptions): ArmClient {
  const { endpoint, audience, credential, timeLimitMs = TIME_LIMIT_MS } = options;
  const pipeline = () => {
    const made = createContainerService(credential, "", {
      endpoint,
      apiVersion: API_VERSION,
      credentials: { scopes: [`${audience}/.default`] },
      retryOptions: { maxRetries: 0 },
    });
    made.pipeline.addPolicy(watchCalls);
    return made;
  };
  const tokens = renewal(credential, pipeline);

  return {
    call: async (subscription, work) => {
      let correlationId: string | null = null;
      const limit = timeLimit(timeLimitMs);
      const options: CallOptions = {
        abortSignal: limit.signal,
        onResponse: ({ headers }) => {
          correlationId = headers.get("x-ms-correlation-request-id") ?? null;
        },
      };
      try {
        const answer = tokens.through((shared) => work({ ...shared, subscriptionId: subscription }, options));
        return { value: await Promise.race([answer, limit.expiry]), correlationId };
      } catch (error) {
        const fault = faultOf(error);
        if (fault === null) return null;
        throw fault;
      } finally {
        limit.end();
      }
    },
  };
}

/** A role that was granted just now is in no token that is older, and a missing one must not wear out who gives tokens. */
const RENEWAL_PAUSE_MS = 60_000;

/**
 * Calls through a pipeline, which keeps its token: one that ARM does not take any more (401) is replaced, and the call,
 * of which ARM did nothing, is made once more; after a 403 the next call takes a new one, once a minute.
 */
function renewal<P>(credential: RenewableCredential, create: () => P) {
  let current = create();
  let renewedAt = Number.NEGATIVE_INFINITY;
  const renew = (used: P) => {
    // Those who failed at the same time share the new one.
    if (used !== current) return;
    credential.renew?.();
    current = create();
    renewedAt = performance.now();
  };
  const through = async <T>(work: (pipeline: P) => Promise<T>): Promise<T> => {
    const used = current;
    try {
      return await work(used);
    } catch (error) {
      if (hasStatus(error, 403) && performance.now() - renewedAt >= RENEWAL_PAUSE_MS) renew(used);
      if (!hasStatus(error, 401)) throw error;
      renew(used);
    }
    return work(current);
  };
  return { through };
}

/**
 * `expiry` rejects when the time is up, for the waits that the SDK does not end by itself: for a token, and for any page
 * of a list but the first. What was given up sends nothing later: the pipeline looks at the signal before it writes.
 *
 * Not `AbortSignal.timeout`, which would keep every call's signal until its time is up.
 */
function timeLimit(ms: number): {
  readonly signal: AbortSignal;
  readonly expiry: Promise<never>;
  end(): void;
} {
  const controller = new AbortController();
  const { promise: expiry, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new DOMException(`No answer within ${ms} ms.`, "TimeoutError");
    controller.abort(reason);
    reject(reason);
  }, ms);
  return { signal: controller.signal, expiry, end: () => clearTimeout(timer) };
}
