import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TIMEOUT_MS } from "../journey/kit/patience.ts";
import { STORE } from "../journey/kit/store.ts";
import { killAtPoints, spread } from "./all-points.ts";
import { countPoints } from "./each-point.ts";
import { killUnderLoad } from "./under-load.ts";
import { faultsIn } from "./verdict.ts";
import { startWorld, type World } from "./world.ts";

/** What a kill kept from being started stands still until the sweep, which a slice does not wait for as long. */
const REST_MS = 90_000;

/** How much of `npm run test:crash` it is. */
export interface Slice {
  /** Points at which a process is killed, spread over all that there are. */
  readonly points: number;
  /** Worlds that share the points. */
  readonly worlds: number;
  readonly load: { readonly approvals: number; readonly kills: number };
}

/** A slice of `npm run test:crash`: the tests of a file. */
export function crashSlice({ points: many, worlds: sharing, load }: Slice): void {
  const seed = Math.floor(Math.random() * 1_000_000);
  const worlds: World[] = [];
  beforeAll(async () => {
    const starts = Array.from({ length: sharing + 1 }, () => startWorld(STORE));
    worlds.push(...(await Promise.all(starts)));
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
      const [counting, ...others] = worlds.slice(0, sharing);
      if (counting === undefined) throw new Error("There is no world.");
      const points = spread(await countPoints(counting, ["rule", "person"]), many);

      const { faults, hit } = await killAtPoints([counting, ...others], points, () => undefined);

      expect(faults).toEqual([]);
      expect(hit).toBeGreaterThanOrEqual(many / 2);
    });

    test(`at random moments under load, seed ${seed}`, async () => {
      const world = worlds[sharing];
      if (world === undefined) throw new Error("There is no world.");

      const { verdict } = await killUnderLoad(world, { ...load, seed, restMs: REST_MS });

      expect(faultsIn(verdict)).toEqual([]);
    });
  });
}
