import type { OrchestrationContext, Task } from "durable-functions";
import { describe, expect, test } from "vitest";
import { EventType, historyEvent } from "../../../../infra/local/durable-task/core/history.ts";
import { df } from "../../../contract/durable-task/app.ts";
import { type Incident, MINUTE, tell } from "./teller.ts";

const DAY = 24 * 60 * MINUTE;
const telling = { activityMs: 1_000, untilMs: 100 * DAY };

const note = df.app.activity("note", { handler: (n: unknown) => n ?? "noted" });
const fails = df.app.activity("fails", {
  handler: () => {
    throw new Error("no such cluster");
  },
});

type Context = OrchestrationContext;
type Story = Generator<Task, unknown, unknown>;

const inMs = (ctx: Context, ms: number) => new Date(ctx.df.currentUtcDateTime.getTime() + ms);
const event = (name: string, at: number): Incident => ({ at, event: name });

interface Case {
  code: (ctx: Context) => Story;
  incidents?: Incident[];
}

/** What Azure is silent about, by the detector that tells it. */
const TROUBLES: Record<string, Record<string, Case>> = {
  "task-yielded-twice": {
    "a timer in two Task.any": {
      *code(ctx) {
        const timer = ctx.df.createTimer(inMs(ctx, 10 * MINUTE));
        yield ctx.df.Task.any([ctx.df.waitForExternalEvent("first"), timer]);
        yield ctx.df.Task.any([ctx.df.waitForExternalEvent("second"), timer]);
        return yield note();
      },
      incidents: [event("first", MINUTE), event("second", 2 * MINUTE)],
    },
    "an activity in two Task.any, whose end the second does not see": {
      *code(ctx) {
        const slow = note(1);
        const timer = ctx.df.createTimer(inMs(ctx, 500));
        yield ctx.df.Task.any([slow, timer]);
        yield ctx.df.Task.any([slow, ctx.df.waitForExternalEvent("never")]);
        return yield note(2);
      },
    },
    "an activity that still runs in two Task.any, next to an event that both wait for": {
      *code(ctx) {
        const decision = ctx.df.waitForExternalEvent("Decision");
        const slow = note(1);
        for (let turn = 0; turn < 2; turn++) {
          yield ctx.df.Task.any([decision, slow, ctx.df.createTimer(inMs(ctx, 400))]);
        }
      },
    },
    "a timer that has fired in another Task.any": {
      *code(ctx) {
        const decision = ctx.df.waitForExternalEvent("Decision");
        const expiry = ctx.df.createTimer(inMs(ctx, MINUTE));
        yield ctx.df.Task.any([decision, expiry]);
        yield note();
        yield ctx.df.Task.any([decision, expiry]);
      },
    },
    "a finished activity in a Task.any": {
      *code(ctx) {
        const first = note(1);
        yield first;
        yield ctx.df.Task.any([first, ctx.df.waitForExternalEvent("never")]);
        return yield note(2);
      },
    },
  },
  "cannot-proceed": {
    "a throw of nothing": {
      // biome-ignore lint/correctness/useYield: an orchestrator may fail without waiting
      *code() {
        const nothing: unknown = undefined;
        throw nothing;
      },
    },
  },
  "event-name-case": {
    "an event that comes while it is waited for": {
      *code(ctx) {
        return yield ctx.df.waitForExternalEvent("Decision");
      },
      incidents: [event("decision", MINUTE)],
    },
    "an event that comes before it is waited for": {
      *code(ctx) {
        yield note();
        return yield ctx.df.waitForExternalEvent("Decision");
      },
      incidents: [event("decision", 0)],
    },
  },
  "long-timer-cancelled": {
    "before its first piece has fired": {
      *code(ctx) {
        const timer = ctx.df.createTimer(inMs(ctx, 10 * DAY));
        yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), timer]);
        timer.cancel();
        return yield note();
      },
      incidents: [event("go", DAY)],
    },
    "after it, when the instance fails": {
      *code(ctx) {
        const timer = ctx.df.createTimer(inMs(ctx, 10 * DAY));
        yield ctx.df.Task.any([ctx.df.waitForExternalEvent("go"), timer]);
        timer.cancel();
        return yield note();
      },
      incidents: [event("go", 4 * DAY)],
    },
  },
  "retry-timeout": {
    "on an activity": {
      *code() {
        const options = new df.RetryOptions(MINUTE, 10);
        options.retryTimeoutInMilliseconds = 90_000;
        return yield fails().withRetry(options);
      },
    },
    "inside a Task.all": {
      *code(ctx) {
        const options = new df.RetryOptions(MINUTE, 1);
        options.retryTimeoutInMilliseconds = 90_000;
        return yield ctx.df.Task.all([ctx.df.callActivityWithRetry("note", options)]);
      },
    },
  },
  "throw-without-message": {
    "an Error with an empty message": {
      *code() {
        yield note();
        throw new Error("");
      },
    },
    "a text": {
      *code() {
        yield note();
        throw String("refused");
      },
    },
  },
};

const CASES = Object.entries(TROUBLES).flatMap(([detector, cases]) =>
  Object.entries(cases).map(([name, { code, incidents = [] }]) => ({ detector, name, code, incidents })),
);
for (const { detector, name, code } of CASES) df.app.orchestration(`${detector}: ${name}`, code);

test.each(CASES)("$detector is found: $name", async ({ detector, name, incidents }) => {
  const told = await tell(`${detector}: ${name}`, incidents, telling);

  expect(told.findings.map((one) => one.detector)).toContain(detector);
});

test.each(CASES)(
  "$detector fails a strict instance with its sentence: $name",
  async ({ detector, name, incidents }) => {
    const told = await tell(`${detector}: ${name}`, incidents, { ...telling, isStrict: true });

    const sentences = told.findings.filter((one) => one.detector === detector).map(({ message }) => message);
    expect(told.status).toBe("Failed");
    expect(sentences).toContain(told.output);
  },
);

test("unconsumed-completion is found: a completion of a task that the code does not ask for", async () => {
  const past = (at: number) => [
    historyEvent(at, { EventType: EventType.TaskCompleted, TaskScheduledId: 7, Result: "1" }),
  ];

  const told = await tell("legal: an error with a message", [], { ...telling, past, untilMs: 0 });

  expect(told.findings).toEqual([
    {
      detector: "unconsumed-completion",
      message: expect.stringMatching(/^A completion of task 7 was dropped: the code has no such task\./),
    },
  ]);
});

/** Shapes that are right, among them some that look alike to what is wrong. */
const LEGAL: Record<string, Case> = {
  "the same activity twice in one Task.all": {
    *code(ctx) {
      return yield ctx.df.Task.all([note(1), note(1)]);
    },
  },
  "the same activity with the same input, one call after the other": {
    *code() {
      yield note(1);
      yield note(1);
      return yield note(1);
    },
  },
  "an activity called anew while its first call still runs": {
    *code(ctx) {
      for (let turn = 0; turn < 3; turn++) {
        const timer = ctx.df.createTimer(inMs(ctx, 500));
        yield ctx.df.Task.any([note(1), timer]);
        if (!timer.isCompleted) timer.cancel();
      }
      return "done";
    },
  },
  "a loop of polls with fresh timers": {
    *code(ctx) {
      for (let turn = 0; turn < 3; turn++) {
        yield note("state");
        yield ctx.df.createTimer(inMs(ctx, MINUTE));
      }
      return "done";
    },
  },
  "one event for the whole wait, a fresh timer in every turn": {
    *code(ctx) {
      const decision = ctx.df.waitForExternalEvent("Decision");
      while (!decision.isCompleted) {
        const timer = ctx.df.createTimer(inMs(ctx, 30 * MINUTE));
        yield ctx.df.Task.any([decision, timer]);
        if (decision.isCompleted) {
          if (!timer.isCompleted) timer.cancel();
          break;
        }
        yield note("remind");
      }
      return decision.result;
    },
    incidents: [event("Decision", 75 * MINUTE)],
  },
  "two timers of the same moment in one Task.all": {
    *code(ctx) {
      const due = inMs(ctx, MINUTE);
      yield ctx.df.Task.all([ctx.df.createTimer(due), ctx.df.createTimer(due)]);
      return "done";
    },
  },
  "a cancelled timer, and two others of the same due time": {
    *code(ctx) {
      const due = inMs(ctx, 60 * MINUTE);
      const first = ctx.df.createTimer(due);
      yield ctx.df.Task.any([ctx.df.waitForExternalEvent("a"), first]);
      first.cancel();
      const others = [ctx.df.createTimer(due), ctx.df.createTimer(due)];
      yield ctx.df.Task.any([ctx.df.waitForExternalEvent("b"), ...others]);
      for (const timer of others) timer.cancel();
      return "done";
    },
    incidents: [event("a", MINUTE), event("b", 2 * MINUTE)],
  },
  "a task made first and yielded later": {
    *code(ctx) {
      const timer = ctx.df.createTimer(inMs(ctx, MINUTE));
      yield note();
      yield timer;
      return "done";
    },
  },
  "a task yielded again by itself": {
    *code(ctx) {
      const activity = note(1);
      const timer = ctx.df.createTimer(inMs(ctx, 100));
      yield ctx.df.Task.any([activity, timer]);
      return yield activity;
    },
  },
  "a timer yielded again by itself, after polls with the same input": {
    *code(ctx) {
      const slow = ctx.df.createTimer(inMs(ctx, 10 * MINUTE));
      yield ctx.df.Task.any([slow, note("poll")]);
      yield note("poll");
      yield slow;
      return "done";
    },
  },
  "an event yielded by itself after two Task.any with the same poll": {
    *code(ctx) {
      const decision = ctx.df.waitForExternalEvent("Decision");
      yield ctx.df.Task.any([decision, note("poll")]);
      yield ctx.df.createTimer(inMs(ctx, MINUTE));
      yield ctx.df.Task.any([decision, note("poll")]);
      return yield decision;
    },
    incidents: [event("Decision", 75 * MINUTE)],
  },
  "an event yielded by itself when the reminders are used up": {
    *code(ctx) {
      const decision = ctx.df.waitForExternalEvent("Decision");
      for (let turn = 0; turn < 3; turn++) {
        const timer = ctx.df.createTimer(inMs(ctx, MINUTE));
        yield ctx.df.Task.any([decision, timer]);
        yield ctx.df.Task.all([note("remind"), note("tell")]);
      }
      return yield decision;
    },
    incidents: [event("Decision", 75 * MINUTE)],
  },
  "fresh timers of one deadline that has passed": {
    *code(ctx) {
      const deadline = inMs(ctx, MINUTE);
      for (let item = 0; item < 3; item++) {
        const timer = ctx.df.createTimer(deadline);
        yield ctx.df.Task.any([ctx.df.waitForExternalEvent(`${item}`), timer]);
      }
      return yield note();
    },
  },
  "two timers of the same due time, the second by itself": {
    *code(ctx) {
      const due = inMs(ctx, 60 * MINUTE);
      yield ctx.df.Task.any([note(), ctx.df.createTimer(due)]);
      yield ctx.df.createTimer(due);
      return "done";
    },
  },
  "a Task.all of which one fails while another runs, and a call made again after it": {
    *code(ctx) {
      try {
        yield ctx.df.Task.all([fails(), note(1), ctx.df.createTimer(inMs(ctx, MINUTE))]);
      } catch {
        return yield note(1);
      }
      return "not reached";
    },
  },
  "an activity that fails in every attempt": {
    *code() {
      try {
        yield fails().withRetry(new df.RetryOptions(1_000, 3));
      } catch {
        return yield note("given up");
      }
      return "not reached";
    },
  },
  "a long timer that fires": {
    *code(ctx) {
      yield ctx.df.createTimer(inMs(ctx, 10 * DAY));
      return yield note();
    },
  },
  "an error with a message": {
    *code() {
      yield note();
      throw new Error("refused");
    },
  },
  "events that nobody waits for": {
    *code(ctx) {
      return yield ctx.df.waitForExternalEvent("go");
    },
    incidents: [event("other", MINUTE), event("OTHER", MINUTE), event("go", 2 * MINUTE)],
  },
  "suspension between two equal calls": {
    *code(ctx) {
      yield note(1);
      yield ctx.df.waitForExternalEvent("go");
      return yield note(1);
    },
    incidents: [
      { at: MINUTE, command: "suspend" },
      event("go", 2 * MINUTE),
      { at: 3 * MINUTE, command: "resume" },
    ],
  },
};

describe("nothing is found in what is right:", () => {
  for (const [name, { code }] of Object.entries(LEGAL)) df.app.orchestration(`legal: ${name}`, code);

  test.each(Object.entries(LEGAL))("%s", async (name, { incidents = [] }) => {
    const told = await tell(`legal: ${name}`, incidents, { ...telling, isStrict: true });

    expect(told.findings).toEqual([]);
    expect(told.status).not.toBe("Running");
  });
});
