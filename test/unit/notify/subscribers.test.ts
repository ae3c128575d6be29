import { describe, expect, test } from "vitest";
import {
  type RequestEvent,
  type Subscriber,
  TryLater,
  Undeliverable,
} from "../../../shared/notify/channel.ts";
import type { AuditRecord, Entry } from "../../../shared/request/record.ts";
import { aTrail, DAY, HOUR, later, MINUTE } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { anEntry, applied, applying, asked, assessed, decided, verified } from "../../fixtures/entries.ts";

/** Another system that takes what it subscribed to, until it is told otherwise. */
class Listener implements Subscriber {
  readonly name = "webhook-test";
  readonly heard: RequestEvent[] = [];
  trouble: Error | null = null;
  readonly wants: (record: AuditRecord) => boolean;
  readonly pauseAfter?: (failures: number) => number | null;

  constructor(wants = (_record: AuditRecord) => true, pauseAfter?: (failures: number) => number | null) {
    this.wants = wants;
    if (pauseAfter !== undefined) this.pauseAfter = pauseAfter;
  }

  readonly send = async (event: RequestEvent): Promise<void> => {
    if (this.trouble !== null) throw this.trouble;
    this.heard.push(event);
  };
}

async function telling(listener: Listener, ...entries: readonly Entry[]) {
  const desk = new Desk({ subscribers: [listener] });
  const { id } = await desk.file(aTrail({}, ...entries));
  return { desk, id, line: { requestId: id, channel: listener.name } };
}

const byRule = [assessed(), decided(), applying(), applied(), verified()] as const;

describe("other systems hear", () => {
  test("every record in order, also where no person is asked", async () => {
    const listener = new Listener();
    const { desk, id } = await telling(listener, ...byRule);

    await desk.deliver();

    expect(listener.heard.map((event) => event.id)).toEqual([1, 2, 3, 4, 5, 6].map((seq) => `${id}:${seq}`));
    expect(listener.heard.map(({ record }) => record.kind)).toEqual([
      ...["received", "assessed", "decided", "applying", "applied", "verified"],
    ]);
    expect(listener.heard.map(({ request }) => request.seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("only what they want, and nobody else hears that", async () => {
    const listener = new Listener(({ kind }) => kind === "verified");
    const { desk } = await telling(listener, ...byRule);

    await desk.deliver();

    expect(listener.heard.map(({ record }) => record.kind)).toEqual(["verified"]);
    expect(desk.notices).toEqual([]);
  });

  test("nothing where they want nothing: no delivery is started", async () => {
    const { desk, line } = await telling(new Listener(() => false), ...byRule);

    expect(desk.deliveries).toEqual([]);
    expect(await desk.store.outbox.pending(line)).toEqual([]);
  });

  test("of a trail that does not add up, too", async () => {
    const listener = new Listener(({ kind }) => kind === "distrusted");
    const { desk, id } = await telling(listener, asked(), anEntry.distrusted);

    await desk.deliver();

    expect(listener.heard).toMatchObject([{ id: `${id}:3`, request: { id } }]);
  });
});

describe("where the other side is in trouble", () => {
  const pendingOf = async (desk: Desk, line: Parameters<Desk["store"]["outbox"]["pending"]>[0]) =>
    (await desk.store.outbox.pending(line)).map(({ attempts, dueAt }) => ({ attempts, dueAt }));

  test.each([
    ["as for people", new Error("down"), undefined, later(10_000)],
    ["by a schedule of its own", new Error("down"), () => 5 * MINUTE, later(5 * MINUTE)],
    ["later, where it says so", new TryLater("busy", 2 * HOUR), () => 5 * MINUTE, later(2 * HOUR)],
    [
      "not sooner than usual, though it says so",
      new TryLater("busy", 1),
      () => 5 * MINUTE,
      later(5 * MINUTE),
    ],
    ["within a day, whatever it says", new TryLater("busy", 1e15), () => MINUTE, later(DAY)],
  ])("it is tried again %s", async (_how, trouble, pauseAfter, dueAt) => {
    const listener = new Listener(undefined, pauseAfter);
    listener.trouble = trouble;
    const { desk, line } = await telling(listener);

    await desk.deliver();

    expect(await pendingOf(desk, line)).toEqual([{ attempts: 1, dueAt }]);
  });

  test("it is given up at once where another attempt would end the same", async () => {
    const listener = new Listener();
    listener.trouble = new Undeliverable("gone for good");
    const { desk, line } = await telling(listener);

    await desk.deliver();

    expect(await pendingOf(desk, line)).toEqual([]);
    expect(desk.errors).toEqual([
      expect.stringMatching(/gone for good\. It is given up after one attempt\.$/),
    ]);
    expect(await desk.store.outbox.figures()).toEqual([
      { channel: line.channel, pending: 0, oldestPendingAt: null, givenUp: 1 },
    ]);
  });
});
