import { copyFileSync, existsSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DurableFunctions } from "../../../../infra/local/durable-task/contract.ts";
import { VirtualClock } from "../../../../infra/local/kit/virtual-clock.ts";
import { df, realFunctions } from "../app.ts";
import { aHub, freshFile, type HubUnderTest } from "../hub.ts";

const HOUR_MS = 3_600_000;
const RUNS = 50;

/** What a program does, one step after the other; the result is the list of what the steps came to. */
type Step =
  | { do: "call"; n: number }
  | { do: "fan out"; ns: number[] }
  | { do: "retry"; n: number; failures: number }
  | { do: "sleep"; hours: number }
  | { do: "race"; n: number }
  | { do: "ask"; n: number; isEarly: boolean }
  | { do: "child"; steps: Step[] }
  | { do: "go on as new" };

interface Rest {
  steps: Step[];
  results: unknown[];
}

df.app.activity("lawSquare", { handler: (n: number) => n * n });
/** How often each piece was tried, by instance and number: like the outside world, it outlives a crash. */
const attempts = new Map<string, number>();
df.app.activity("lawRetried", {
  handler: ({ key, n, failures }: { key: string; n: number; failures: number }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= failures) throw new Error("not yet");
    return -n;
  },
});

/** The hub that lives; it works before its opener has it in hand. */
let living = Promise.withResolvers<HubUnderTest>();
df.app.activity("lawAnswer", {
  async handler({ id, name, n }: { id: string; name: string; n: number }) {
    await (await living.promise).client.raiseEvent(id, name, n);
  },
});

df.app.orchestration("lawProgram", function* (context) {
  const { steps, results } = context.df.getInput<Rest>() ?? { steps: [], results: [] };
  const inHours = (hours: number) => new Date(context.df.currentUtcDateTime.getTime() + hours * HOUR_MS);
  for (const [index, step] of steps.entries()) {
    switch (step.do) {
      case "call":
        results.push(yield context.df.callActivity("lawSquare", step.n));
        break;
      case "fan out":
        results.push(yield context.df.Task.all(step.ns.map((n) => context.df.callActivity("lawSquare", n))));
        break;
      case "retry": {
        const { n, failures } = step;
        const key = `${context.df.instanceId}/${results.length}`;
        const options = new df.RetryOptions(HOUR_MS, failures + 1);
        results.push(yield context.df.callActivityWithRetry("lawRetried", options, { key, n, failures }));
        break;
      }
      case "sleep":
        yield context.df.createTimer(inHours(step.hours));
        break;
      case "race": {
        const timer = context.df.createTimer(inHours(1));
        const square = context.df.callActivity("lawSquare", step.n);
        const winner = yield context.df.Task.any([square, timer]);
        timer.cancel();
        results.push(winner === square ? square.result : "late");
        break;
      }
      case "ask": {
        const [id, name] = [context.df.instanceId, `answer ${results.length}`];
        const early = step.isEarly ? context.df.waitForExternalEvent(name) : undefined;
        const asked = context.df.callActivity("lawAnswer", { id, name, n: step.n });
        yield early === undefined ? asked : context.df.Task.all([early, asked]);
        results.push(early?.result ?? (yield context.df.waitForExternalEvent(name)));
        break;
      }
      case "child": {
        const rest: Rest = { steps: step.steps, results: [] };
        results.push(yield context.df.callSubOrchestrator("lawProgram", rest));
        break;
      }
      case "go on as new":
        context.df.continueAsNew({ steps: steps.slice(index + 1), results });
        return undefined;
    }
  }
  return results;
});

/** What a program comes to when nothing goes wrong. */
function meaningOf(steps: readonly Step[]): unknown[] {
  return steps.flatMap((step): unknown[] => {
    switch (step.do) {
      case "ask":
        return [step.n];
      case "call":
      case "race":
        return [step.n * step.n];
      case "fan out":
        return [step.ns.map((n) => n * n)];
      case "retry":
        return [-step.n];
      case "child":
        return [meaningOf(step.steps)];
      default:
        return [];
    }
  });
}

const n = fc.integer({ min: 1, max: 9 });
const { program } = fc.letrec<{ program: Step[]; step: Step }>((tie) => ({
  program: fc.array(tie("step"), { minLength: 1, maxLength: 5, depthIdentifier: "child" }),
  step: fc.oneof(
    { depthIdentifier: "child", maxDepth: 2 },
    fc.record({ do: fc.constant("call"), n }),
    fc.record({ do: fc.constant("fan out"), ns: fc.array(n, { minLength: 1, maxLength: 4 }) }),
    fc.record({ do: fc.constant("retry"), n, failures: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ do: fc.constant("sleep"), hours: fc.integer({ min: 1, max: 200 }) }),
    fc.record({ do: fc.constant("race"), n }),
    fc.record({ do: fc.constant("ask"), n, isEarly: fc.boolean() }),
    fc.record({ do: fc.constant("go on as new") }),
    fc.record({ do: fc.constant("child"), steps: tie("program") }),
  ),
}));

/** What a `kill -9` leaves: the hub's file, and how far its clock was ahead of the machine's. */
interface Left {
  file: string;
  aheadMs: number;
}

/** Runs to the end, and copies away meanwhile what a kill at the given piece of work would have left. */
async function life({ file, aheadMs }: Left, killAt: number | undefined, work?: Rest) {
  let left: Left | undefined;
  let pieces = 0;
  const onAdvance = (further: number): void => {
    aheadMs = further;
  };
  const clock = new VirtualClock({ aheadMs, onAdvance });
  const piece = (): void => {
    if (pieces++ === killAt) left = { file: copyOf(file), aheadMs };
  };
  const functions: DurableFunctions = {
    ...realFunctions,
    orchestrate(name, trigger) {
      piece();
      return realFunctions.orchestrate(name, trigger).finally(piece);
    },
    runActivity(name, id, input) {
      piece();
      return realFunctions.runActivity(name, id, input).finally(piece);
    },
  };
  living = Promise.withResolvers();
  const hub = await aHub({ file, functions, options: { clock, strict: true } });
  living.resolve(hub);
  clock.watch(() => (hub.isIdle() ? [] : ["the hub works"]));
  if (work !== undefined) await hub.client.startNew("lawProgram", { instanceId: "law", input: work });
  await clock.advance(50_000 * HOUR_MS);
  const { runtimeStatus, output } = await hub.client.getStatus("law");
  const warnings = hub.log.filter((line) => /^(warning|error)/.test(line));
  await hub.stop();
  return { ended: { runtimeStatus, output, warnings }, left };
}

/** Nothing writes meanwhile: SQLite works in this very thread. */
function copyOf(file: string): string {
  const copy = freshFile();
  for (const part of ["", "-wal"]) {
    if (existsSync(`${file}${part}`)) copyFileSync(`${file}${part}`, `${copy}${part}`);
  }
  return copy;
}

test("whatever an orchestrator does, and wherever it is killed, it comes to the same result", async () => {
  const kills = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(program, kills, async (steps, [first, ...others]) => {
      attempts.clear();
      const expected = { runtimeStatus: "Completed", output: meaningOf(steps), warnings: [] };
      const fresh = { file: freshFile(), aheadMs: 0 };

      let { ended, left } = await life(fresh, first, { steps, results: [] });
      expect(ended).toEqual(expected);
      for (const next of [...others, undefined]) {
        if (left === undefined) return;
        ({ ended, left } = await life(left, next));
        expect(ended).toEqual(expected);
      }
    }),
    { numRuns: RUNS },
  );
});
