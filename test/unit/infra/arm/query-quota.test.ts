import { expect, test } from "vitest";
import { QueryQuota } from "../../../../infra/local/arm/query-quota.ts";

test("a quota is whole again five seconds after the first query", () => {
  const quota = new QueryQuota(2);
  const left = (now: number) => quota.take("ana", now);
  const headers = (remaining: number, resets: string) => ({
    "x-ms-user-quota-remaining": String(remaining),
    "x-ms-user-quota-resets-after": resets,
  });

  expect(left(0)).toEqual(headers(1, "00:00:05"));
  expect(left(3_500)).toEqual(headers(0, "00:00:02"));
  expect(() => left(4_999)).toThrow(
    expect.objectContaining({ status: 429, headers: headers(0, "00:00:01") }),
  );
  expect(left(5_000)).toEqual(headers(1, "00:00:05"));
});
