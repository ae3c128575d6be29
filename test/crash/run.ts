import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildApp } from "../../infra/build.ts";
import { noPositionals, runCommand } from "../../infra/local/kit/command.ts";
import { UsageError } from "../../infra/local/kit/errors.ts";
import { parseStore } from "../../infra/local/supervisor/options.ts";
import type { StoreKind } from "../../infra/local/supervisor/settings.ts";
import { killAtPoints, type PointsOutcome, spread } from "./all-points.ts";
import { countPoints, type Point } from "./each-point.ts";
import { killUnderLoad, type LoadOutcome } from "./under-load.ts";
import { faultsIn } from "./verdict.ts";
import { startWorld, type World } from "./world.ts";

const HELP = `Kills the app and the stand-ins with -9, at every persistence point and at random moments, and looks for damage.

Usage: npm run test:crash -- [options]

  --list          show the points and end: every commit, send, acknowledgement and HTTP reply, before and after
  --points N|all  how many of them to kill at, spread over all; 0 for none   (default: all)
  --only A,B      these points, such as app#37, or all with these words in --list, and nothing under load
  --kills N       kills at random moments under load; 0 for no load          (default: 100)
  --approvals N   approvals that go through meanwhile                        (default: 1000)
  --seed N        of the mix, the victims and the moments                    (default: by chance, and printed)
  --store STORE   what keeps the audit trail: sqlite or tables               (default: sqlite)
  --worlds N      stacks that are killed side by side at the points          (default: 4)
  --json          the outcome as JSON
  --help          this text

The seed gives the same kinds of approvals, victims and pauses again; what a process is at in that moment is up to the
machine. Exit code 1: something was lost, repeated or stuck, or fewer than nine of ten points were hit. The data
folders are then kept. A sweep ends the load, as the timer would; what only it found is told.`;

/** Which points are passed depends a little on timing; below this share the list tells nothing any more. */
const LEAST_HIT = 0.9;

/** What is asked for, as the help text tells it. */
interface Wishes {
  readonly points: number | "all";
  /** Words that choose points. */
  readonly only: readonly string[] | undefined;
  readonly kills: number;
  readonly approvals: number;
  readonly seed: number;
  readonly worlds: number;
}

interface Report {
  readonly seed: number;
  readonly seconds: number;
  readonly points?: PointsOutcome;
  readonly load?: LoadOutcome;
  readonly faults: readonly string[];
}

const say = (line: string) =>
  void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

/** Starts one more world. */
type Begin = () => Promise<World>;

/** Stops the worlds in the end, and keeps the folders of those in which something broke. */
async function withWorlds(store: StoreKind, work: (begin: Begin) => Promise<void>): Promise<void> {
  const worlds: World[] = [];
  try {
    await work(async () => {
      const world = await startWorld(store);
      worlds.push(world);
      return world;
    });
  } catch (error) {
    process.exitCode = 1;
    throw error;
  } finally {
    for (const world of worlds) await world.stop();
    for (const world of worlds) {
      if (process.exitCode === 1) keep(world);
      else world.remove();
    }
  }
}

function keep(world: World): void {
  writeFileSync(join(world.folder, "output.log"), world.output());
  say(`kept: ${world.folder}, with all that was said in output.log`);
}

async function test(begin: Begin, wishes: Wishes): Promise<Report> {
  const startedAt = performance.now();
  const { only, kills, approvals, seed } = wishes;
  const points = wishes.points === 0 && only === undefined ? undefined : await atPoints(begin, wishes);
  let load: LoadOutcome | undefined;
  if (kills > 0 && only === undefined) {
    say(`${kills} kills during ${approvals} approvals`);
    load = await killUnderLoad(await begin(), { approvals, kills, seed }, say);
  }
  const isBlind = points !== undefined && points.hit < points.tried * LEAST_HIT;
  return {
    seed,
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    ...(points && { points }),
    ...(load && { load }),
    faults: [
      ...(points?.faults ?? []),
      ...(isBlind ? [`only ${points.hit} of ${points.tried} points were hit`] : []),
      ...(load === undefined ? [] : faultsIn(load.verdict)),
    ],
  };
}

async function atPoints(begin: Begin, { points, only, worlds }: Wishes): Promise<PointsOutcome> {
  say("counting points");
  const first = await begin();
  const all = await countPoints(first);
  const count = points === "all" ? all.length : points;
  const wanted = only === undefined ? spread(all, count) : all.filter(isOne(only));
  if (only !== undefined) for (const point of wanted) say(lineOf(point));
  say(`${all.length} points, of which ${wanted.length} are tried`);
  const others = Array.from({ length: Math.min(worlds, wanted.length) - 1 }, begin);
  return killAtPoints([first, ...(await Promise.all(others))], wanted, say);
}

const isOne =
  (only: readonly string[]) =>
  (point: Point): boolean =>
    only.some((word) => word === point.id || (!word.includes("#") && lineOf(point).includes(word)));

function lineOf({ id, scene, passage: { side, what }, nth }: Point): string {
  return `${id.padEnd(10)} ${scene.padEnd(7)}${side.padEnd(7)}${what}${nth > 1 ? ` (${nth})` : ""}`;
}

function textOf({ seed, seconds, points, load, faults }: Report): string {
  return [
    ...(points === undefined
      ? []
      : [
          `points: ${points.hit} of ${points.tried} hit; ${points.repeatedSteps} steps repeated`,
          `  not passed this time: ${points.missed.join(", ") || "none"}`,
        ]),
    ...(load === undefined
      ? []
      : [
          `load: ${load.verdict.lost.length} lost, ${load.verdict.repeatedPuts.length} repeated effective PUTs, ` +
            `${load.verdict.trails.length} damaged trails, ${load.verdict.messages.length} lost messages, ` +
            `${load.verdict.stuck.length} stuck`,
          `  ${load.verdict.repeatedSteps} steps repeated, ${load.verdict.idlePuts} PUTs without effect, ` +
            `${load.neededSweep} found by the sweep at the end only, ${load.setAside} messages set aside`,
        ]),
    ...faults.map((fault) => `FAULT ${fault}`),
    `seed ${seed}, ${seconds} s: ${faults.length === 0 ? "nothing broke" : `${faults.length} faults`}`,
  ].join("\n");
}

/** @throws UsageError */
function numberOf(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} must be a whole number, not "${text}".`);
}

await runCommand({
  help: HELP,
  options: {
    list: { type: "boolean", default: false },
    points: { type: "string", default: "all" },
    only: { type: "string" },
    kills: { type: "string", default: "100" },
    approvals: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    worlds: { type: "string", default: "4" },
    store: { type: "string", default: "sqlite" },
    json: { type: "boolean", default: false },
  },
  async run(values, positionals) {
    noPositionals(positionals);
    const wishes: Wishes = {
      points: values.points === "all" ? "all" : numberOf("points", values.points),
      only: values.only?.split(","),
      kills: numberOf("kills", values.kills),
      approvals: numberOf("approvals", values.approvals),
      seed: numberOf("seed", values.seed),
      worlds: numberOf("worlds", values.worlds),
    };
    const store = parseStore(values.store);
    say(`seed ${wishes.seed}`);
    await buildApp();
    await withWorlds(store, async (begin) => {
      if (values.list) {
        console.log((await countPoints(await begin())).map(lineOf).join("\n"));
        return;
      }
      const report = await test(begin, wishes);
      console.log(values.json ? JSON.stringify(report, null, 2) : textOf(report));
      if (report.faults.length > 0) process.exitCode = 1;
    });
  },
});
