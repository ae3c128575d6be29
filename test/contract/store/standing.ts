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

  test("when somebody signed the newest policy moves forward only, whoever speaks of it, and at the same time", async () => {
    const { standing } = await open();
    const signedAt = (minutes: number) => standing.signed(new Map([["ana", later(minutes * MINUTE)]]));

    expect(await standing.newestSignatures(["ana"])).toEqual(new Map());
    await signedAt(1);
    await standing.signed(new Map([["ana", NINE]]));
    expect(await standing.newestSignatures(["ana"])).toEqual(new Map([["ana", later(MINUTE)]]));
    await Promise.all([5, 3, 9, 7].map(signedAt));

    expect(await standing.newestSignatures(["ana"])).toEqual(new Map([["ana", later(9 * MINUTE)]]));
  });

  test("of each signer is kept apart from the others", async () => {
    const { standing } = await open();
    const signed = new Map([
      ["ana", later(5 * MINUTE)],
      ["bo-2", NINE],
    ]);

    await standing.signed(signed);

    expect(await standing.newestSignatures(["ana", "bo", "bo-2"])).toEqual(signed);
    expect(await standing.newestSignatures([])).toEqual(new Map());
  });
}
