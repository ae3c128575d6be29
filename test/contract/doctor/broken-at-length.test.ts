import { beforeEach, describe, expect, test } from "vitest";
import { complaints, isWell } from "./kit.ts";
import { rowsOf } from "./rows.ts";
import { aWorld } from "./world.ts";

const world = await aWorld();

beforeEach(() => isWell(world));

describe("npm run doctor", () => {
  test.each(rowsOf(world))(
    "where %s, that check alone tells it",
    async (_what, breakIt, check, state, says, next) => {
      await breakIt();

      const { code, told } = await complaints(world);

      expect(told).toEqual([
        {
          check,
          looked: expect.any(String),
          state,
          says: expect.stringMatching(says),
          next: expect.stringMatching(next),
        },
      ]);
      expect(code).toBe(state === "fault" ? 1 : 0);
    },
  );
});
