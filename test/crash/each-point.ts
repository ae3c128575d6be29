import { setTimeout as sleep } from "node:timers/promises";
import { type Approval, announce, answer, type Kind, newApproval, prepare } from "./approval.ts";
import { type Passage, VICTIMS, type Victim } from "./control.ts";
import { holdsWithin } from "./patience.ts";
import { settled } from "./settled.ts";
import type { World } from "./world.ts";

/** What goes on when a point is passed: an approval of either kind, or a start with an approval under way. */
const SCENES = ["rule", "person", "start"] as const;
type Scene = (typeof SCENES)[number];

const KINDS: Readonly<Record<Scene, Kind>> = {
  rule: { by: "rule", through: "queue" },
  person: { by: "person", through: "events" },
  start: { by: "rule", through: "queue" },
};

/** One persistence point of one process, before or after. */
export interface Point {
  /** `app#17` */
  readonly id: string;
  readonly victim: Victim;
  readonly scene: Scene;
  readonly passage: Passage;
  /** It is the nth passage like this one. */
  readonly nth: number;
}

/** What came of a kill at a point. */
export interface Hit {
  /** The point's id. */
  readonly id: string;
  readonly approval: Approval;
  /** False when the process never came by. */
  readonly wasHit: boolean;
  readonly neededSweep: boolean;
}

/** Processes that pass nothing for this long have done all that an approval takes. */
const QUIET_MS = 3_000;

/** Plays the scenes once, undisturbed, and numbers what is passed in each process. */
export async function countPoints(world: World, scenes: readonly Scene[] = SCENES): Promise<Point[]> {
  const points: Point[] = [];
  const record = (victim: Victim) => world.control(victim).order({ kind: "record" });
  const note = (scene: Scene, victim: Victim) => {
    points.push(...numbered(points, scene, victim, world.control(victim).passed));
    world.control(victim).withdraw();
  };
  // The first approval fetches tokens and keys, once for each process.
  await goesThrough(world, newApproval(KINDS.person));
  for (const scene of scenes.filter((each) => each !== "start")) {
    const approval = newApproval(KINDS[scene]);
    await prepare(world, approval);
    VICTIMS.forEach(record);
    await goesThrough(world, approval);
    await quiet(world);
    for (const victim of VICTIMS) note(scene, victim);
  }
  for (const victim of scenes.includes("start") ? VICTIMS : []) {
    const approval = newApproval(KINDS.start);
    await prepare(world, approval);
    await announce(world, approval);
    await startsAnew(world, victim, () => record(victim));
    note("start", victim);
    const { neededSweep } = await settled(world, approval);
    if (neededSweep) throw new Error(`${victim} was killed, and nothing but a sweep found ${approval.name}.`);
  }
  return points;
}

async function quiet(world: World): Promise<void> {
  const passed = () => VICTIMS.reduce((sum, victim) => sum + world.control(victim).passed.length, 0);
  for (let before = -1; passed() !== before; ) {
    before = passed();
    await sleep(QUIET_MS);
  }
}

function numbered(
  before: readonly Point[],
  scene: Scene,
  victim: Victim,
  passed: readonly Passage[],
): Point[] {
  const first = before.filter((point) => point.victim === victim).length + 1;
  return passed.map((passage, index) => ({
    id: `${victim}#${first + index}`,
    victim,
    scene,
    passage,
    nth: passed.slice(0, index + 1).filter((other) => isSame(other, passage)).length,
  }));
}

const isSame = (one: Passage, other: Passage): boolean => one.what === other.what && one.side === other.side;

/** Kills the process at the point on the way of a fresh approval, and follows that to its end. */
export async function killAt(world: World, { victim, scene, passage, nth, ...point }: Point): Promise<Hit> {
  const control = world.control(victim);
  const order = () => control.order({ kind: "die", passage, nth });
  const approval = newApproval(KINDS[scene]);
  await prepare(world, approval);
  if (scene === "start") {
    await announce(world, approval);
    await startsAnew(world, victim, order);
  } else {
    order();
  }
  const { neededSweep } = await goesThrough(world, approval);
  await holdsWithin(() => control.diedAs !== undefined, QUIET_MS);
  control.withdraw();
  if (control.diedAs !== undefined) await world.isBack(victim, control.diedAs);
  return { id: point.id, approval, wasHit: control.diedAs !== undefined, neededSweep };
}

/** An approval from its announcement, which may be one more, to its end. */
async function goesThrough(world: World, approval: Approval): Promise<{ readonly neededSweep: boolean }> {
  await announce(world, approval);
  await answer(world, approval);
  return settled(world, approval);
}

/** @param order called when the next process of this kind is about to start */
async function startsAnew(world: World, victim: Victim, order: () => void): Promise<void> {
  await world.kill(victim);
  order();
  await world.isBack(victim);
}
