import { AsyncResource } from "node:async_hooks";
import { turnOf } from "../connection/turn.ts";
import { type ApprovalRequest, instanceIdOf, isAtRest } from "../request/request.ts";
import { reasonOf } from "../text.ts";
import type { Orchestrations } from "./port.ts";

/** Starts one, in the trace of whoever asked for it. */
type Start = () => Promise<void>;

/** A consumer's starts: those that wait, by instance, and what there is room for. */
interface Queue {
  readonly waiting: Map<string, Start>;
  tokens: number;
  filledAt: number;
}

/** More wait of no consumer; the sweep comes upon the rest. */
const MAX_WAITING = 10_000;

/**
 * Starts the orchestrations of each consumer at the pace at which ARM can serve them. Durable serves first come, first
 * served: thousands that are started at once, and can do nothing but wait, stand before everybody else's.
 *
 * What waits is in memory. When the app is killed, the sweep starts it: it starts what does not run, in any case.
 */
export class PacedStarts {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #queues = new Map<string | null, Queue>();
  #timer: NodeJS.Timeout | null = null;

  /** @param rate of each consumer: so many at once, and so many a second after that */
  constructor({ burst, perSecond }: { readonly burst: number; readonly perSecond: number }) {
    this.#burst = burst;
    this.#perMs = perSecond / 1_000;
  }

  /** The same orchestrations, where a start that resolves is made or waits for its turn. */
  of(orchestrations: Orchestrations, warn: (line: string) => void): Orchestrations {
    return {
      settle: (request, waitSeq) => orchestrations.settle(request, waitSeq),
      start: async (request) => {
        // It waits for people or for time, and asks ARM for nothing: the sweep starts all of those, and most of them run.
        if (isAtRest(request)) return orchestrations.start(request);
        const queue = this.#queueOf(request);
        if (queue.waiting.size === 0 && this.#take(queue)) return orchestrations.start(request);
        const isKnown = queue.waiting.has(instanceIdOf(request));
        if (isKnown || queue.waiting.size < MAX_WAITING)
          queue.waiting.set(
            instanceIdOf(request),
            AsyncResource.bind(() => startOne(request, orchestrations, warn)),
          );
        this.#setTimer();
      },
    };
  }

  #queueOf({ privateEndpointId }: ApprovalRequest): Queue {
    const { consumer } = turnOf(privateEndpointId, "look");
    const queue = this.#queues.get(consumer) ?? {
      waiting: new Map(),
      tokens: this.#burst,
      filledAt: performance.now(),
    };
    this.#queues.set(consumer, queue);
    return queue;
  }

  #take(queue: Queue): boolean {
    const now = performance.now();
    queue.tokens = Math.min(this.#burst, queue.tokens + (now - queue.filledAt) * this.#perMs);
    queue.filledAt = now;
    if (queue.tokens < 1) return false;
    queue.tokens -= 1;
    return true;
  }

  #setTimer(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#advance();
      },
      Math.ceil(1 / this.#perMs),
    );
  }

  #advance(): void {
    for (const [consumer, queue] of this.#queues) {
      for (const [instance, start] of queue.waiting) {
        if (!this.#take(queue)) break;
        queue.waiting.delete(instance);
        void start();
      }
      // A consumer of whom nothing waits has all of the burst again by the time that it matters.
      if (queue.waiting.size === 0 && performance.now() - queue.filledAt > this.#burst / this.#perMs)
        this.#queues.delete(consumer);
    }
    if ([...this.#queues.values()].some(({ waiting }) => waiting.size > 0)) this.#setTimer();
  }
}

async function startOne(
  request: ApprovalRequest,
  orchestrations: Orchestrations,
  warn: (line: string) => void,
): Promise<void> {
  try {
    await orchestrations.start(request);
  } catch (error) {
    warn(`${request.id} was not started; the next sweep will: ${reasonOf(error, 300)}`);
  }
}
