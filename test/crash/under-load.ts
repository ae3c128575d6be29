import { setTimeout as sleep } from "node:timers/promises";
import { type Approval, announce, type Kind, newApproval, prepare, requestOf } from "./approval.ts";
import { VICTIMS, type Victim } from "./control.ts";
import { connectionsOf, endpointOf, leftovers, setAside, trailsOf } from "./evidence.ts";
import { judge } from "./judge.ts";
import { holdsWithin } from "./patience.ts";
import { randomFrom } from "./random.ts";
import { reviewer } from "./reviewer.ts";
import type { Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

export interface Load {
  readonly approvals: number;
  readonly kills: number;
  readonly seed: number;
  /** For how long all may come to rest by itself before the sweep looks for what stands still; as a rule ten minutes. */
  readonly restMs?: number;
}

/** What became of a load. */
export interface LoadOutcome {
  /** Approvals that stood still until the sweep at the end. */
  readonly neededSweep: number;
  /** Messages that are dead-lettered and events that wait for their next try, when all else has come to rest. */
  readonly setAside: number;
  readonly verdict: Verdict;
}

const AT_A_TIME = 50;
/** Pauses between kills: long enough that work gets done, short enough that some kills hit a start. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [20, 2_000];
/** The app's pauses after ARM was away grow to minutes (`shared/connection/retry.ts`). */
const REST_MS = 600_000;
/** The share of kills that wait until what the last one killed is ready. */
const WAITS = 0.8;
const TARGETS: readonly (readonly Victim[])[] = [["app"], ["cloud"], ["app"], ["cloud"], VICTIMS];

/** Four of ten by a rule through the queue, three by a rule through events, three by people. */
const MIX: readonly Kind[] = [
  ...Array<Kind>(4).fill({ by: "rule", through: "queue" }),
  ...Array<Kind>(3).fill({ by: "rule", through: "events" }),
  ...Array<Kind>(2).fill({ by: "person", through: "queue" }),
  { by: "person", through: "events" },
];

/** Kills at random moments while approvals go through, and looks at what is left when all have come to rest. */
export async function killUnderLoad(
  world: World,
  { approvals: count, kills, seed, restMs = REST_MS }: Load,
  say: (line: string) => void = () => undefined,
): Promise<LoadOutcome> {
  const random = randomFrom(seed);
  const approvals = Array.from({ length: count }, () => newApproval(anyOf(MIX, random)));
  const waiting = [...approvals.entries()];
  let killed = 0;
  const killing = async () => {
    for (; killed < kills; killed++) {
      await killSomething(world, random);
      if ((killed + 1) % 20 === 0) say(`${killed + 1} of ${kills} kills`);
    }
    for (const victim of VICTIMS) await world.isBack(victim);
  };
  const working = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, approval] = next;
      // This spreads the load over the kills, however fast it could be.
      while (killed < Math.floor((index * kills) / count)) await sleep(10);
      await prepare(world, approval);
      await announce(world, approval);
    }
  };
  const ana = reviewer(world);
  await Promise.all([killing(), ...Array.from({ length: AT_A_TIME }, working)]);

  const { unheard, unanswered, kept } = await atRest(world, approvals, restMs);
  await world.sweep();
  await holdsWithin(async () => (await unansweredOf(world, approvals)).length === 0);
  await ana.stop();
  return {
    setAside: kept.length,
    neededSweep: unanswered.length,
    verdict: await judge(world, approvals, { lostMessages: unheard }),
  };
}

async function killSomething(world: World, random: () => number): Promise<void> {
  const pauseMs = SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS);
  const [victims, waits] = [anyOf(TARGETS, random), random() < WAITS];
  await sleep(pauseMs);
  for (const victim of victims) await world.kill(victim);
  if (waits) for (const victim of victims) await world.isBack(victim);
}

/** Waits until nothing moves any more, and says what a service accepted and then neither delivered nor kept. */
async function atRest(world: World, approvals: readonly Approval[], restMs: number) {
  let unanswered = approvals;
  await holdsWithin(async () => {
    unanswered = await unansweredOf(world, approvals);
    return unanswered.length === 0 && (await leftovers(world)).length === 0;
  }, restMs);
  const [trails, kept] = [await trailsOf(world), await setAside(world)];
  const unheard: string[] = [];
  for (const approval of unanswered) {
    const isKnown =
      trails.has(await requestOf(world, approval)) || kept.some((text) => text.includes(approval.name));
    if (!isKnown) unheard.push(`${approval.name} was announced in vain`);
  }
  return { unheard, unanswered, kept };
}

async function unansweredOf(world: World, approvals: readonly Approval[]): Promise<readonly Approval[]> {
  const approved = (await connectionsOf(world)).filter(({ status }) => status === "Approved");
  const names = new Set(approved.map(({ name }) => endpointOf(name)));
  return approvals.filter(({ name }) => !names.has(name));
}

function anyOf<T>(choices: readonly T[], random: () => number): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error("There is nothing to choose from.");
  return choice;
}
