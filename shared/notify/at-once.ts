import { instant } from "../connection/connection.ts";
import type { Line } from "../request/notice.ts";
import { reasonOf } from "../text.ts";
import type { Deliveries, RequestEvent } from "./channel.ts";
import { type DeliveryNeeds, deliverNext } from "./deliver.ts";

interface AtOnceNeeds extends DeliveryNeeds {
  /** Epoch ms. */
  now(): number;
}

/** What one change put into a line. */
interface Added {
  readonly line: Line;
  readonly seqs: ReadonlySet<number>;
  /** The last record of the change with the request after it, which need not be read again. */
  readonly last?: RequestEvent;
}

/**
 * Brings out right here what was put into the outbox a moment ago, which costs a small part of what an orchestration does.
 * Whatever is not handed over at the first attempt is left to the orchestration of its line; what is lost with this
 * process, to the timer.
 */
export class AtOnce {
  readonly #needs: AtOnceNeeds;
  /** The lines that are being brought out here, and whether more was put into them meanwhile. */
  readonly #busy = new Map<string, { hasMore: boolean }>();

  constructor(needs: AtOnceNeeds) {
    this.#needs = needs;
  }

  /** Resolves when nothing of the line is left to do here. @param deliveries what goes on where that is not all */
  async bringOut(added: Added, deliveries: Deliveries): Promise<void> {
    const key = `${added.line.channel} ${added.line.requestId}`;
    const busy = this.#busy.get(key);
    if (busy !== undefined) {
      busy.hasMore = true;
      return;
    }
    const mine = { hasMore: false };
    this.#busy.set(key, mine);
    try {
      if (!(await this.#isFirst(added))) return;
      do {
        mine.hasMore = false;
        if (!(await this.#emptied(added))) await deliveries.start(added.line);
      } while (mine.hasMore);
    } catch (error) {
      const { channel, requestId } = added.line;
      this.#needs.warn(`${requestId}: telling ${channel} is left to the timer: ${reasonOf(error, 300)}`);
    } finally {
      this.#busy.delete(key);
    }
  }

  /** Where something was in the line before, somebody else is at it, and goes on with what was added. */
  async #isFirst({ line, seqs }: Added): Promise<boolean> {
    const [first] = await this.#needs.outbox.pending(line);
    return first !== undefined && seqs.has(first.seq);
  }

  /** Whether all of the line was handed over. */
  async #emptied({ line, last }: Added): Promise<boolean> {
    const known = (seq: number) => (seq === last?.record.seq ? last : undefined);
    const needs = { ...this.#needs, known };
    for (;;) {
      const left = await deliverNext(needs, line, instant(needs.now()));
      if (left.kind === "empty") return true;
      if (left.kind !== "more") return false;
    }
  }
}
