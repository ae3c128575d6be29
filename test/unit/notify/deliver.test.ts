import { describe, expect, test, vi } from "vitest";
import type { RequestId } from "../../../shared/connection/connection.ts";
import type { Channel, Notice } from "../../../shared/notify/channel.ts";
import { deliverNext } from "../../../shared/notify/deliver.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { ACTIVITIES } from "../../../shared/workflow/activities.ts";
import { aPolicy, aTrail, DAY, HOUR, later, NINE, PLATFORM, SECURITY } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import {
  ana,
  anEntry,
  aRequirement,
  asked,
  asPerson,
  assessed,
  decided,
  deferred,
  failed,
  reopened,
  resumed,
  verified,
} from "../../fixtures/entries.ts";
import { Crash, rightBefore, type Through } from "../../fixtures/interruptions.ts";

/** A channel that works until it is told otherwise. */
class Recorder implements Channel {
  readonly name: string;
  readonly taken: Notice[] = [];
  isDown = false;
  isLosingReplies = false;

  constructor(name = "test") {
    this.name = name;
  }

  readonly send = async (notice: Notice): Promise<void> => {
    if (this.isDown) throw new Error("nobody listens");
    this.taken.push(notice);
    if (this.isLosingReplies) throw new Error("no answer");
  };

  get told(): string[] {
    return this.taken.map(({ kind, id }) => `${kind} ${id.split(":").slice(1).join(":")}`);
  }
}

async function telling(entries: readonly Entry[], channels: readonly Channel[], through?: Through) {
  const desk = new Desk({ channels, ...(through && { through }) });
  const { id } = await desk.file(aTrail({}, ...entries));
  return { desk, id, line: { requestId: id, channel: "test" } };
}

/** Lets time pass, and brings out what is due whenever something is. */
async function pass(desk: Desk, ms: number): Promise<void> {
  for (const end = Date.parse(desk.clock.now()) + ms; Date.parse(desk.clock.now()) < end; ) {
    await desk.deliver();
    desk.clock.advance(10_000);
  }
}

describe("bringing notices out", () => {
  test("in order, each with an id that a repeat would have, too, and then the outbox is empty", async () => {
    const channel = new Recorder();
    const { desk, line } = await telling([asked(), anEntry.expired], [channel]);

    await desk.deliver();

    expect(channel.told).toEqual(["closed 3:test"]);
    expect(await desk.store.outbox.pending(line)).toEqual([]);
    expect(await desk.activities.deliver(line)).toEqual({ kind: "empty" });
  });

  test("says whom it is for, and where the request stood then", async () => {
    const channel = new Recorder();
    const { desk, id } = await telling([asked(), anEntry.escalated], [channel]);

    await desk.deliver();

    const [first] = channel.taken;
    expect(first).toMatchObject({ id: `${id}:2:test`, kind: "asked", request: { state: "waiting", seq: 2 } });
    expect(first?.audience.requirements[0]?.approvers).toEqual(["platform"]);
  });

  test("says what the policy's word stood on, and when it was written down, not what came later", async () => {
    const channel = new Recorder();
    const { desk, id } = await telling([assessed(aPolicy()), asked()], [channel]);
    desk.clock.advance(HOUR);
    await desk.add(id, anEntry.escalated);

    await desk.deliver();

    expect(channel.taken.map(({ at, kind }) => [kind, at])).toEqual([
      ["asked", NINE],
      ["escalated", later(HOUR)],
    ]);
    expect(channel.taken[0]?.facts).toMatchObject({
      cluster: { name: { kind: "value", value: "aks-prod" } },
    });
  });

  test("those who were asked are told that they are asked no more, though the request does not know them now", async () => {
    const channel = new Recorder();
    const { desk } = await telling([asked(), resumed, deferred()], [channel]);

    await desk.deliver();

    expect(channel.told).toEqual(["withdrawn 4:test"]);
    expect(channel.taken[0]?.audience.requirements[0]?.approvers).toEqual(["platform"]);
  });

  test("where others are asked in their place, each hears by their own channel what it is to them, also by one that hears all", async () => {
    const channels = ["test", "platform-duty", "security"].map((name) => new Recorder(name));
    const [all, former, now] = channels;
    const of = (name: string, group: string) =>
      aRequirement({
        requirements: [{ approvers: [name], groups: [group], quorum: 1, escalation: null, notify: [name] }],
      });
    const desk = new Desk({ channels: channels.slice(0, 1), named: channels.slice(1) });
    const asksOthers = [resumed, assessed(), asked(of("security", SECURITY))];
    await desk.file(aTrail({}, asked(of("platform-duty", PLATFORM)), ...asksOthers));

    await desk.deliver();

    expect(all?.told).toEqual(["asked 5:test"]);
    expect(former?.told).toEqual(["withdrawn 5:platform-duty"]);
    expect(former?.taken[0]?.audience.requirements[0]?.approvers).toEqual(["platform-duty"]);
    expect(now?.told).toEqual(["asked 5:security"]);
  });

  test("nothing about the request changes by it, whatever the channel does", async () => {
    const channel = new Recorder();
    channel.isDown = true;
    const { desk, id } = await telling([asked()], [channel]);
    const before = await desk.request(id);

    await pass(desk, 2 * DAY);

    expect(await desk.request(id)).toEqual(before);
  });

  test("a channel that the app has no more is not waited for", async () => {
    const { desk, line } = await telling([asked()], [new Recorder()]);
    const delivery = { ...desk.needs.delivery, channels: [] };

    expect(await deliverNext(delivery, line, NINE)).toEqual({ kind: "empty" });

    expect(await desk.store.outbox.figures()).toEqual([]);
  });

  test("a channel that never answers has failed after half a minute, not held up for ever", async () => {
    const { desk, line } = await telling([asked()], [{ name: "test", send: () => Promise.race([]) }]);
    vi.useFakeTimers();
    try {
      const delivery = desk.activities.deliver(line);
      await vi.advanceTimersByTimeAsync(30_000);

      expect(await delivery).toEqual({ kind: "pause", until: later(10_000) });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a notice that comes while another one is on its way", () => {
  test("is brought out by the same delivery, which found nothing else to do when it began", async () => {
    const channel = new Recorder();
    const slow: Channel = {
      name: "test",
      send: async (notice) => {
        if (notice.kind === "asked") await desk.add(notice.requestId, anEntry.escalated);
        await channel.send(notice);
      },
    };
    const { desk, line } = await telling([asked()], [slow]);

    expect(await desk.activities.deliver(line)).toEqual({ kind: "more" });
    expect(await desk.activities.deliver(line)).toEqual({ kind: "empty" });

    expect(channel.told).toEqual(["asked 2:test", "escalated 3:test"]);
  });
});

describe("a notice that cannot be made", () => {
  test("is tried again and given up like one that cannot be sent, and is never begun without a pause", async () => {
    const { desk, line } = await telling([asked()], [new Recorder()]);
    const trail = async () => {
      throw new Error("a record that nobody can read");
    };
    const broken = { ...desk.needs.delivery, store: { ...desk.store, trail } };

    expect(await deliverNext(broken, line, NINE)).toEqual({ kind: "pause", until: later(10_000) });
    expect(desk.warnings).toEqual([expect.stringContaining("a record that nobody can read")]);
  });
});

describe("what comes too late to be of use is not told", () => {
  test.each<[string, Entry[], string[]]>([
    [
      "a question that was settled meanwhile",
      [asked(), decided("approve", asPerson(ana)), verified()],
      ["closed 4:test"],
    ],
    ["a question that another one took the place of", [asked(), anEntry.received, asked()], ["asked 4:test"]],
    [
      "reminders, but for the last",
      [asked(), anEntry.reminded, anEntry.reminded, anEntry.reminded],
      ["asked 2:test", "reminded 5:test"],
    ],
    [
      "how it ended is always told, each time",
      [asked(), decided(), failed(), reopened("applying"), verified()],
      ["closed 4:test", "closed 6:test"],
    ],
  ])("%s", async (_what, entries, expected) => {
    const channel = new Recorder();
    const { desk } = await telling(entries, [channel]);

    await desk.deliver();

    expect(channel.told).toEqual(expected);
  });
});

describe("a channel that is down", () => {
  test("for a day: what is due then is told once, when it is back", async () => {
    const channel = new Recorder();
    channel.isDown = true;
    const { desk } = await telling([asked()], [channel]);

    await pass(desk, DAY);
    expect(channel.told).toEqual([]);
    channel.isDown = false;
    await pass(desk, 2 * HOUR);

    expect(channel.told).toEqual(["asked 2:test"]);
    expect(desk.errors).toEqual([]);
  });

  test("is tried ever more rarely, at most once an hour, and the log says when next", async () => {
    const channel = new Recorder();
    channel.isDown = true;
    const { desk, id } = await telling([asked()], [channel]);

    await pass(desk, 12 * HOUR);

    expect(desk.warnings.length).toBeGreaterThan(15);
    expect(desk.warnings.length).toBeLessThan(22);
    expect(desk.warnings[0]).toBe(
      `The notice ${id}:2:test could not be delivered: Error: nobody listens. It is tried again at ${later(10_000)}.`,
    );
  });

  test("holds back what comes after, so that nothing overtakes what it follows", async () => {
    const channel = new Recorder();
    channel.isDown = true;
    const { desk, id, line } = await telling([asked()], [channel]);
    await desk.deliver();
    channel.isDown = false;
    await desk.add(id, anEntry.escalated);

    expect(await desk.activities.deliver(line)).toEqual({ kind: "pause", until: later(10_000) });
    expect(channel.told).toEqual([]);
    await pass(desk, HOUR);

    expect(channel.told).toEqual(["asked 2:test", "escalated 3:test"]);
  });

  test("does not hold up another channel, nor another request", async () => {
    const down = new Recorder();
    const other = new Recorder("other");
    down.isDown = true;
    const { desk } = await telling([asked()], [down, other]);
    await desk.deliver();

    expect(other.told).toEqual(["asked 2:other"]);
  });

  test("for longer than a day: given up with a line in the log and a figure, and the next one is tried", async () => {
    const channel = new Recorder();
    channel.isDown = true;
    const { desk, id } = await telling([asked()], [channel]);

    await pass(desk, 26 * HOUR);

    expect(desk.errors).toEqual([
      `The notice ${id}:2:test could not be delivered: Error: nobody listens. It is given up after 33 attempts.`,
    ]);
    expect(await desk.store.outbox.figures()).toEqual([
      { channel: "test", pending: 0, oldestPendingAt: null, givenUp: 1 },
    ]);
    channel.isDown = false;
    await desk.add(id, anEntry.escalated);
    await desk.deliver();
    expect(channel.told).toEqual(["escalated 3:test"]);
  });
});

test.each<[string, unknown, string]>([
  ["an object without a name", Object.create(null), "it threw what is no error"],
  ["a text", "no", "no"],
  ["nothing", undefined, "it threw what is no error"],
])("what a channel throws, here %s, counts as one failure", async (_what, thrown, words) => {
  const send = async () => {
    throw thrown;
  };
  const { desk, line } = await telling([asked()], [{ name: "test", send }]);

  expect(await desk.activities.deliver(line)).toEqual({ kind: "pause", until: later(10_000) });
  expect(desk.warnings[0]).toContain(`could not be delivered: ${words}. It is tried again`);
});

test("a notice that a clock which was wrong dated into the future is tried now", async () => {
  const channel = new Recorder();
  const { desk, line } = await telling([asked()], [channel]);
  const { deliver } = ACTIVITIES;

  await deliver.execute(desk.needs, { ...line, now: later(-10 * DAY) });

  expect(channel.told).toEqual(["asked 2:test"]);
});

describe("the process is killed", () => {
  const linesOf = (id: RequestId) => ({ requestId: id, channel: "test" });

  test("before a notice is crossed off: it is told again under the same id, so that it can be known", async () => {
    const channel = new Recorder();
    const { desk, id } = await telling(
      [asked()],
      [channel],
      rightBefore("outbox.done", async () => {
        throw new Crash("before outbox.done");
      }),
    );

    await expect(desk.activities.deliver(linesOf(id))).rejects.toThrow(Crash);
    await desk.deliver();

    expect(channel.told).toEqual(["asked 2:test", "asked 2:test"]);
    expect(await desk.store.outbox.pending(linesOf(id))).toEqual([]);
  });

  test("before the failure is noted: it is tried at once, and the pauses begin then", async () => {
    const channel = new Recorder();
    channel.isDown = true;
    const { desk, id } = await telling(
      [asked()],
      [channel],
      rightBefore("outbox.postpone", async () => {
        throw new Crash("before outbox.postpone");
      }),
    );

    await expect(desk.activities.deliver(linesOf(id))).rejects.toThrow(Crash);

    expect(await desk.store.outbox.pending(linesOf(id))).toEqual([{ seq: 2, attempts: 0, dueAt: NINE }]);
  });

  test("a reply that was lost repeats the same message, and nothing else", async () => {
    const channel = new Recorder();
    channel.isLosingReplies = true;
    const { desk } = await telling([asked()], [channel]);
    await desk.deliver();
    channel.isLosingReplies = false;

    await pass(desk, HOUR);

    expect(channel.told).toEqual(["asked 2:test", "asked 2:test"]);
  });
});
