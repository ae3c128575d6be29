import { expect, test } from "vitest";
import { DAY, later, MINUTE, NINE } from "../../fixtures/builders.ts";
import type { OpenStore } from "./store-under-test.ts";

/** The store's memory of the policy in force. */
export function standing(open: OpenStore): void {
  test("is the first moment at which it was spoken of, whoever speaks of it again", async () => {
    const { standing } = await open();

    expect(await standing.since("a", NINE)).toBe(NINE);
    expect(await standing.since("a", later(MINUTE))).toBe(NINE);
  });

  test("begins anew when another one was spoken of in between", async () => {
    const { standing } = await open();
    await standing.since("a", NINE);

    expect(await standing.since("b", later(MINUTE))).toBe(later(MINUTE));
    expect(await standing.since("a", later(2 * MINUTE))).toBe(later(2 * MINUTE));
    expect(await standing.since("a", later(3 * MINUTE))).toBe(later(2 * MINUTE));
  });

  test("since a moment that is to come it does not: a clock was wrong, and rejections would wait until then", async () => {
    const { standing } = await open();
    await standing.since("a", later(DAY));

    expect(await standing.since("a", NINE)).toBe(NINE);
    expect(await standing.since("a", later(MINUTE))).toBe(NINE);
  });

  test("when the newest signed policy was signed moves forward only, whoever speaks of it, and at the same time", async () => {
    const { standing } = await open();

    expect(await standing.newestSigned(later(MINUTE), 1)).toBe(later(MINUTE));
    expect(await standing.newestSigned(NINE, 1)).toBe(later(MINUTE));
    const many = [5, 3, 9, 7].map((minutes) => standing.newestSigned(later(minutes * MINUTE), 1));
    await Promise.all(many);

    expect(await standing.newestSigned(NINE, 1)).toBe(later(9 * MINUTE));
  });

  test("what more people had signed counts for fewer as well, not the other way round", async () => {
    const { standing } = await open();
    await standing.newestSigned(later(5 * MINUTE), 1);

    expect(await standing.newestSigned(NINE, 2)).toBe(NINE);
    expect(await standing.newestSigned(later(9 * MINUTE), 10)).toBe(later(9 * MINUTE));
    expect(await standing.newestSigned(NINE, 2)).toBe(later(9 * MINUTE));
    expect(await standing.newestSigned(NINE, 1)).toBe(later(9 * MINUTE));
  });
}
