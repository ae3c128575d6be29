import { describe, expect, test } from "vitest";
import { AtOnce } from "../../../shared/notify/at-once.ts";
import type { Deliveries, RequestEvent, Subscriber } from "../../../shared/notify/channel.ts";
import type { Line } from "../../../shared/request/notice.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { aTrail, later } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { anEntry, asked, assessed } from "../../fixtures/entries.ts";

/** A receiver that answers when it is told to, or at once. */
class Receiver implements Subscriber {
  readonly name = "webhook-test";
  readonly heard: number[] = [];
  isDown = false;
  isSlow = false;
  #answer = (): void => undefined;

  readonly wants = () => true;

  readonly send = async ({ record }: RequestEvent): Promise<void> => {
    this.heard.push(record.seq);
    if (this.isSlow)
      await new Promise<void>((answered) => {
        this.#answer = answered;
      });
    if (this.isDown) throw new Error("down");
  };

  answer(): void {
    this.isSlow = false;
    this.#answer();
  }
}

async function told(...entries: readonly Entry[]) {
  const receiver = new Receiver();
  const desk = new Desk({ subscribers: [receiver], channels: [] });
  const { id } = await desk.file(aTrail({}, ...entries));
  const line: Line = { requestId: id, channel: receiver.name };
  const started: Line[] = [];
  const deliveries: Deliveries = { start: async (one) => void started.push(one as Line) };
  const atOnce = new AtOnce({ ...desk.needs.delivery, now: () => Date.parse(desk.clock.now()) });
  const bringOut = (...seqs: readonly number[]) => atOnce.bringOut({ line, seqs: new Set(seqs) }, deliveries);
  const pending = async () => (await desk.store.outbox.pending(line)).map(({ seq }) => seq);
  return { desk, id, line, receiver, started, bringOut, pending };
}

describe("telling at once", () => {
  test("hands over all that was put into the line, in order, and no orchestration is started", async () => {
    const { receiver, started, bringOut, pending } = await told(assessed(), asked());

    await bringOut(1, 2, 3);

    expect(receiver.heard).toEqual([1, 2, 3]);
    expect(await pending()).toEqual([]);
    expect(started).toEqual([]);
  });

  test("has what is at hand without reading it, and reads what is not", async () => {
    const { desk, line, receiver, bringOut } = await told(assessed(), asked());
    const [, , record] = await desk.store.trail(line.requestId);
    if (record === undefined) throw new Error("There are three.");
    const request = await desk.request(line.requestId);
    const reads: string[] = [];
    const store = {
      read: desk.store.read,
      trail: (id: typeof line.requestId) => {
        reads.push(id);
        return desk.store.trail(id);
      },
    };
    const atOnce = new AtOnce({ ...desk.needs.delivery, store, now: () => Date.parse(desk.clock.now()) });
    const last = { id: `${line.requestId}:3`, record, request };

    await atOnce.bringOut({ line, seqs: new Set([1, 2, 3]), last }, { start: async () => undefined });

    expect(receiver.heard).toEqual([1, 2, 3]);
    expect(reads).toHaveLength(2);
    await bringOut(3);
    expect(receiver.heard).toEqual([1, 2, 3]);
  });

  test("leaves what was not taken to an orchestration, by the schedule", async () => {
    const { desk, line, receiver, started, bringOut } = await told(assessed());
    receiver.isDown = true;

    await bringOut(1, 2);

    expect(receiver.heard).toEqual([1]);
    expect(started).toEqual([line]);
    expect(await desk.store.outbox.pending(line)).toMatchObject([
      { seq: 1, attempts: 1, dueAt: later(10_000) },
      { seq: 2 },
    ]);
  });

  test("leaves a line alone that somebody else is at", async () => {
    const { receiver, started, bringOut, pending } = await told(assessed(), asked());

    await bringOut(3);

    expect(receiver.heard).toEqual([]);
    expect(started).toEqual([]);
    expect(await pending()).toEqual([1, 2, 3]);
  });

  test("goes on with what is added while it waits for an answer, and tells nothing twice", async () => {
    const { desk, id, receiver, bringOut, pending } = await told();
    receiver.isSlow = true;
    const first = bringOut(1);
    await expect.poll(() => receiver.heard).toEqual([1]);
    await desk.add(id, anEntry.assessed);

    const second = bringOut(2);
    await second;
    expect(receiver.heard).toEqual([1]);
    receiver.answer();
    await first;

    expect(receiver.heard).toEqual([1, 2]);
    expect(await pending()).toEqual([]);
  });

  test("leaves everything to the timer where the store or Durable is away", async () => {
    const { desk, line, receiver } = await told();
    receiver.isDown = true;
    const away: Deliveries = { start: () => Promise.reject(new Error("away")) };
    const atOnce = new AtOnce({ ...desk.needs.delivery, now: () => Date.parse(desk.clock.now()) });

    await atOnce.bringOut({ line, seqs: new Set([1]) }, away);

    expect(desk.warnings.at(-1)).toMatch(/telling webhook-test is left to the timer: Error: away/);
    expect(await desk.store.outbox.pending(line)).toHaveLength(1);
  });
});
