import { expect, test } from "vitest";
import { later, MINUTE, NINE } from "../../fixtures/builders.ts";
import type { OpenStore } from "./store-under-test.ts";

/** The store's memory of the jobs. */
export function runs(open: OpenStore): void {
  test("of a job that never ended is nothing", async () => {
    const { runs } = await open();

    expect(await runs.last()).toEqual({ sweep: null, digests: null });
  });

  test("is how each job last ended, and when it last ended well", async () => {
    const { runs } = await open();

    await runs.ended("sweep", NINE, true);
    await runs.ended("sweep", later(MINUTE), false);
    await runs.ended("digests", later(MINUTE), false);

    expect(await runs.last()).toEqual({
      sweep: { endedAt: later(MINUTE), wellAt: NINE },
      digests: { endedAt: later(MINUTE), wellAt: null },
    });
  });

  test("is as well as ever once the job ends well again", async () => {
    const { runs } = await open();
    await runs.ended("sweep", NINE, false);

    await runs.ended("sweep", later(MINUTE), true);

    expect((await runs.last()).sweep).toEqual({ endedAt: later(MINUTE), wellAt: later(MINUTE) });
  });
}
