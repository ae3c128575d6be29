import { describe, expect, test } from "vitest";
import {
  PROBLEM_CODES,
  Problem,
  ProblemDetails,
  problemCodes,
  problemResponse,
  statusOf,
} from "../../../functions/kit/problem.ts";

describe("every problem", () => {
  test.each(problemCodes)("%s is said with its code, as problem details", (code) => {
    const { status, headers, body } = problemResponse(new Problem(code, "Why."));

    const kind = PROBLEM_CODES[code];
    expect(ProblemDetails.parse(JSON.parse(String(body)))).toEqual({
      type: `urn:problem:${kind}`,
      ...statusOf(kind),
      detail: "Why.",
      code,
    });
    expect(status).toBe(statusOf(kind).status);
    expect(headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    });
  });

  test.each(problemCodes)("%s is one word", (code) => {
    expect(code).toMatch(/^[a-z]+([A-Z][a-z]*)*$/);
  });

  test("keeps its code, whatever other members it has", () => {
    const { body } = problemResponse(new Problem("changed", "Why.", { asked: 6 }));

    expect(JSON.parse(String(body))).toMatchObject({ code: "changed", asked: 6 });
  });

  test("that nobody proved who they are asks for a token", () => {
    const { headers } = problemResponse(new Problem("tokenExpired", "Why."));

    expect(headers).toMatchObject({ "www-authenticate": "Bearer" });
  });
});
