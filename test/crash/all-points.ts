import type { Approval } from "./approval.ts";
import { type Hit, killAt, type Point } from "./each-point.ts";
import { stepsBegun } from "./evidence.ts";
import { judge } from "./judge.ts";
import { faultsIn } from "./verdict.ts";
import type { World } from "./world.ts";

/** What came of the kills at points. */
export interface PointsOutcome {
  readonly tried: number;
  readonly hit: number;
  /** Ids of points that no process passed: timing decides a little about what is passed, and how often. */
  readonly missed: readonly string[];
  readonly repeatedSteps: number;
  /** Each begins with the id of the point, where it is about one. */
  readonly faults: readonly string[];
}

/** Kills at each of the points, in all worlds at once: most of the time is spent waiting for locks to expire. */
export async function killAtPoints(
  worlds: readonly World[],
  points: readonly Point[],
  say: (line: string) => void,
): Promise<PointsOutcome> {
  const left = [...points];
  const hits: Hit[] = [];
  const inOneWorld = async (world: World) => {
    const stepsBefore = stepsBegun(world.output());
    const approvals = new Map<string, string>();
    const settled: Approval[] = [];
    const faults: string[] = [];
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const hit = await killAt(world, point).catch((error: unknown) => String(error));
      if (typeof hit === "string") {
        faults.push(`${point.id}: ${hit}`);
        continue;
      }
      hits.push(hit);
      if (hit.neededSweep) faults.push(`${point.id}: nothing but a sweep found ${hit.approval.name}`);
      settled.push(hit.approval);
      approvals.set(hit.approval.name, point.id);
      if (hits.length % 20 === 0) say(`${hits.length} of ${points.length} points`);
    }
    const verdict = await judge(world, settled, { stepsBefore });
    const named = faultsIn(verdict).map(
      (fault) => `${approvals.get(fault.split(" ")[0] ?? "") ?? "?"}: ${fault}`,
    );
    return { faults: [...faults, ...named], repeatedSteps: verdict.repeatedSteps };
  };
  const outcomes = await Promise.all(worlds.map(inOneWorld));
  return {
    tried: points.length,
    hit: hits.filter(({ wasHit }) => wasHit).length,
    missed: hits.filter(({ wasHit }) => !wasHit).map(({ id }) => id),
    repeatedSteps: outcomes.reduce((sum, { repeatedSteps }) => sum + repeatedSteps, 0),
    faults: outcomes.flatMap(({ faults }) => faults),
  };
}

/** Picks `count` points at even distances; the list is in the order of what happens. */
export function spread(points: readonly Point[], count: number): readonly Point[] {
  if (count >= points.length) return points;
  return points.filter(
    (_, index) =>
      Math.floor((index * count) / points.length) !== Math.floor(((index - 1) * count) / points.length),
  );
}
