import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TIMEOUT_MS } from "../journey/kit/patience.ts";
import { STORE } from "../journey/kit/store.ts";
import { killAtPoints, spread } from "./all-points.ts";
import { countPoints } from "./each-point.ts";
import { killUnderLoad } from "./under-load.ts";
import { faultsIn } from "./verdict.ts";
import { startWorld, type World } from "./world.ts";

/** A slice of `npm run test:crash`, for every run of the tests. */
const POINTS = 6;
const LOAD = { approvals: 40, kills: 5 };
const SEED = Math.floor(Math.random() * 1_000_000);

const worlds: World[] = [];
beforeAll(async () => {
  for (const world of await Promise.all([1, 2, 3].map(() => startWorld(STORE)))) worlds.push(world);
}, TIMEOUT_MS);
afterEach(({ task }) => {
  if (task.result?.state === "fail") for (const world of worlds) console.log(world.output());
});
afterAll(async () => {
  for (const world of worlds) await world.stop();
  for (const world of worlds) world.remove();
}, TIMEOUT_MS);

describe.concurrent("killed with -9, they lose nothing and repeat nothing", {
  timeout: 3 * TIMEOUT_MS,
}, () => {
  test("at persistence points", async () => {
    const [counting, ...others] = worlds.slice(0, 2);
    if (counting === undefined) throw new Error("There is no world.");
    const points = spread(await countPoints(counting, ["rule", "person"]), POINTS);

    const { faults, hit } = await killAtPoints([counting, ...others], points, () => undefined);

    expect(faults).toEqual([]);
    expect(hit).toBeGreaterThanOrEqual(POINTS / 2);
  });

  test(`at random moments under load, seed ${SEED}`, async () => {
    const [, , world] = worlds;
    if (world === undefined) throw new Error("There is no world.");

    const { verdict } = await killUnderLoad(world, { ...LOAD, seed: SEED });

    expect(faultsIn(verdict)).toEqual([]);
  });
});
