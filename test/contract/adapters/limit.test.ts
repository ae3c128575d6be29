import { expect, test } from "vitest";
import { Limit } from "../../../functions/kit/limit.ts";
import { Problem, problemResponse } from "../../../functions/kit/problem.ts";

/** What is said when it is too often; null when it is not. */
function refusalOf(limit: Limit): Problem | null {
  try {
    limit.take("Twice a minute is enough.");
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

test("what may happen twice a minute is refused the third time, and may again a minute after the first", () => {
  let now = 0;
  const limit = new Limit(2, 60_000, () => now);
  expect(refusalOf(limit)).toBeNull();
  now = 10_000;
  expect(refusalOf(limit)).toBeNull();
  now = 20_500;

  const refusal = refusalOf(limit);

  expect(refusal).toMatchObject({ code: "tooMany", message: "Twice a minute is enough. Try again in 40 s." });
  expect(refusal && problemResponse(refusal)).toMatchObject({
    status: 429,
    headers: { "retry-after": "40" },
  });
  now = 60_000;
  expect([refusalOf(limit), refusalOf(limit)]).toMatchObject([null, { code: "tooMany" }]);
});
