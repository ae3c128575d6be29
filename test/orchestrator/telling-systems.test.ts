import { describe, expect, test } from "vitest";
import type { RequestEvent, Subscriber } from "../../shared/notify/channel.ts";
import { pauseBeforeNextCall } from "../../shared/notify/events/schedule.ts";
import type { AuditRecord } from "../../shared/request/record.ts";
import { APPROVES, aPolicy, DAY, HOUR, MINUTE } from "../fixtures/builders.ts";
import { Life } from "./life.ts";

/** Another system, which is down as often as it is told to. */
class Listener implements Subscriber {
  readonly name = "other";
  readonly heard: string[] = [];
  readonly triedAtMs: number[] = [];
  failures = 0;
  readonly isPutOutByHost?: true;
  readonly pauseAfter?: (failures: number) => number | null;
  readonly clock: () => number;

  constructor(clock: () => number, kind: "put out by the host" | "called by the app") {
    this.clock = clock;
    if (kind === "put out by the host") this.isPutOutByHost = true;
    else this.pauseAfter = (failures) => pauseBeforeNextCall(failures, 0);
  }

  readonly wants = ({ kind }: AuditRecord) => ["received", "decided", "verified"].includes(kind);

  readonly send = async ({ record }: RequestEvent): Promise<void> => {
    this.triedAtMs.push(this.clock());
    if (this.failures-- > 0) throw new Error("The topic answered 503");
    this.heard.push(record.kind);
  };
}

async function approvedBy(kind: "put out by the host" | "called by the app", failures: number, ms: number) {
  const now = (): number => Date.parse(life.desk.clock.now());
  const listener = new Listener(now, kind);
  listener.failures = failures;
  const life: Life = new Life({ policy: aPolicy(APPROVES), subscribers: [listener] });
  const beganMs = now();
  await life.begin();
  await life.hub.run(ms);
  return { life, listener, triedMs: listener.triedAtMs.map((at) => at - beganMs) };
}

describe.each(["put out by the host", "called by the app"] as const)("another system that is %s", (kind) => {
  test("hears what it wants in order, once, and the line ends", async () => {
    const { life, listener } = await approvedBy(kind, 0, HOUR);

    expect(life.status()).toBe("Approved");
    expect(listener.heard).toEqual(["received", "decided", "verified"]);
    expect(life.desk.warnings).toEqual([]);
    expect(await life.desk.store.outbox.figures()).toEqual([]);
  });

  test("and is down hears of it later, in order; the request goes on meanwhile", async () => {
    const { life, listener } = await approvedBy(kind, 2, HOUR);

    expect(life.status()).toBe("Approved");
    expect(listener.heard).toEqual(["received", "decided", "verified"]);
    expect(life.desk.warnings).toEqual([
      expect.stringMatching(
        /:1:other could not be delivered: .*The topic answered 503.* It is tried again at /,
      ),
      expect.stringMatching(
        /:1:other could not be delivered: .*The topic answered 503.* It is tried again at /,
      ),
    ]);
    expect(life.hub.warnings).toEqual([]);
  });

  test("and never comes back gets nothing, after days, which operators are told", async () => {
    const { life, listener } = await approvedBy(kind, 1_000, 15 * DAY);

    expect(listener.heard).toEqual([]);
    expect(life.desk.errors).toHaveLength(3);
    expect(life.desk.errors[0]).toMatch(
      /:1:other could not be delivered: .* It is given up after \d+ attempts\.$/,
    );
    expect(await life.desk.store.outbox.figures()).toEqual([
      { channel: "other", pending: 0, oldestPendingAt: null, givenUp: 3 },
    ]);
  });
});

test("a webhook is tried at once, and after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours", async () => {
  const { triedMs } = await approvedBy("called by the app", 1_000, 5 * DAY);

  const pauses = triedMs.slice(1, 10).map((at, index) => at - (triedMs[index] ?? 0));
  const wanted = [5_000, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
  // An attempt takes some seconds of the hub's own.
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(wanted[index] ?? 0);
    expect(pause).toBeLessThan((wanted[index] ?? 0) + MINUTE);
  }
  expect(pauses).toHaveLength(9);
});
