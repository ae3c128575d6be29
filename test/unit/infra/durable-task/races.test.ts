import type { OrchestrationContext, Task } from "durable-functions";
import { describe, expect, test } from "vitest";
import { df } from "../../../contract/durable-task/app.ts";
import { type Incident, MINUTE, tell } from "./teller.ts";

const WINDOW = 100 * MINUTE;
const REMIND_AFTER = 30 * MINUTE;
const ACTIVITY_MS = 5_000;
const DAY = 24 * 60 * MINUTE;

const remind = df.app.activity("remind", { handler: () => "reminded" });
const apply = df.app.activity("apply", { handler: () => "applied" });

type Story = Generator<Task, unknown, unknown>;

function* oneEventFreshTimerChecked(ctx: OrchestrationContext): Story {
  const end = ctx.df.currentUtcDateTime.getTime() + WINDOW;
  const event = ctx.df.waitForExternalEvent("Decision");
  while (!event.isCompleted) {
    const now = ctx.df.currentUtcDateTime.getTime();
    if (now >= end) return "expired";
    const timer = ctx.df.createTimer(new Date(Math.min(now + REMIND_AFTER, end)));
    yield ctx.df.Task.any([event, timer]);
    if (event.isCompleted) {
      if (!timer.isCompleted) timer.cancel();
      break;
    }
    yield remind();
  }
  return event.result;
}

function* oneEventFreshTimerUnchecked(ctx: OrchestrationContext): Story {
  const end = ctx.df.currentUtcDateTime.getTime() + WINDOW;
  const event = ctx.df.waitForExternalEvent("Decision");
  for (;;) {
    const now = ctx.df.currentUtcDateTime.getTime();
    if (now >= end) return "expired";
    const timer = ctx.df.createTimer(new Date(Math.min(now + REMIND_AFTER, end)));
    const first = yield ctx.df.Task.any([event, timer]);
    if (first === event) {
      if (!timer.isCompleted) timer.cancel();
      return event.result;
    }
    yield remind();
  }
}

function* freshEventFreshTimer(ctx: OrchestrationContext): Story {
  const end = ctx.df.currentUtcDateTime.getTime() + WINDOW;
  for (;;) {
    const now = ctx.df.currentUtcDateTime.getTime();
    if (now >= end) return "expired";
    const event = ctx.df.waitForExternalEvent("Decision");
    const timer = ctx.df.createTimer(new Date(Math.min(now + REMIND_AFTER, end)));
    const first = yield ctx.df.Task.any([event, timer]);
    if (first === event) {
      if (!timer.isCompleted) timer.cancel();
      return event.result;
    }
    yield remind();
  }
}

function* eventAndExpiryReused(ctx: OrchestrationContext): Story {
  const start = ctx.df.currentUtcDateTime.getTime();
  const event = ctx.df.waitForExternalEvent("Decision");
  const expiry = ctx.df.createTimer(new Date(start + WINDOW));
  let reminder = ctx.df.createTimer(new Date(start + REMIND_AFTER));
  for (;;) {
    const first = yield ctx.df.Task.any([event, reminder, expiry]);
    if (first === event) {
      if (!expiry.isCompleted) expiry.cancel();
      if (!reminder.isCompleted) reminder.cancel();
      return event.result;
    }
    if (first === expiry) return "expired";
    yield remind();
    reminder = ctx.df.createTimer(new Date(ctx.df.currentUtcDateTime.getTime() + REMIND_AFTER));
  }
}

df.app.orchestration("checked", oneEventFreshTimerChecked);
df.app.orchestration("unchecked", oneEventFreshTimerUnchecked);
df.app.orchestration("freshEvent", freshEventFreshTimer);
df.app.orchestration("reused", eventAndExpiryReused);

const decisionAt = (at: number, order: "before timers" | "after timers" = "before timers"): Incident => ({
  at,
  order,
  event: "Decision",
  data: "approved",
});

const RACES: Record<string, Incident[]> = {
  "while waiting": [decisionAt(10 * MINUTE)],
  "during the reminder activity": [decisionAt(REMIND_AFTER + 2_000)],
  "at the start": [decisionAt(0)],
  "in one batch, the timer first": [decisionAt(REMIND_AFTER, "after timers")],
  "in one batch, the event first": [decisionAt(REMIND_AFTER, "before timers")],
  never: [],
  twice: [decisionAt(10 * MINUTE), { at: 11 * MINUTE, event: "Decision", data: "rejected" }],
};

const ALL_FOUND = {
  "while waiting": "approved",
  "during the reminder activity": "approved",
  "at the start": "approved",
  "in one batch, the timer first": "approved",
  "in one batch, the event first": "approved",
  never: "expired",
  twice: "approved",
};

/** What Azure does, good or bad. */
const SHAPES: Record<string, Record<string, string>> = {
  checked: ALL_FOUND,
  unchecked: {
    ...ALL_FOUND,
    "during the reminder activity": "expired",
    "in one batch, the timer first": "expired",
  },
  freshEvent: {
    ...ALL_FOUND,
    "during the reminder activity": "expired",
    "in one batch, the timer first": "expired",
  },
};

describe.each(Object.keys(SHAPES))("the decision arrives, shape '%s':", (shape) => {
  test.each(Object.entries(SHAPES[shape] ?? {}))("%s: %s", async (race, expected) => {
    const incidents = RACES[race] ?? [];

    const told = await tell(shape, incidents, { activityMs: ACTIVITY_MS, untilMs: DAY });

    expect(told).toMatchObject({ status: "Completed", output: expected, findings: [] });
  });
});

test("an expiry timer yielded again in every turn is created again, ids shift, and the reminders never end", async () => {
  const told = await tell("reused", [], { activityMs: ACTIVITY_MS, untilMs: 5 * 60 * MINUTE });

  expect(told.status).toBe("Running");
  expect(told.activities.length).toBeGreaterThan(10);
});

df.app.orchestration("yieldedTwice", function* (ctx) {
  const timer = ctx.df.createTimer(new Date(ctx.df.currentUtcDateTime.getTime() + 10 * MINUTE));
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("first"), timer]);
  yield ctx.df.Task.any([ctx.df.waitForExternalEvent("second"), timer]);
  return yield apply();
});

test("after a timer was yielded twice, the activity gets the timer's completion for its result", async () => {
  const incidents = [
    { at: MINUTE, event: "first" },
    { at: 2 * MINUTE, event: "second" },
  ];

  const told = await tell("yieldedTwice", incidents, { activityMs: ACTIVITY_MS, untilMs: DAY });

  expect(told).toMatchObject({
    status: "Completed",
    output: null,
    endedAt: 10 * MINUTE,
    activities: ["apply"],
  });
});
