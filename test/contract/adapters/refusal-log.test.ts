import { describe, expect, test } from "vitest";
import { Problem } from "../../../functions/kit/problem.ts";
import { type Refusal, refusalLog } from "../../../functions/kit/refusal-log.ts";
import type { Caller } from "../../../functions/kit/sign-in.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-03-02T09:00:00Z");

const ana: Caller = {
  kind: "person",
  oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
  name: "Ana",
  groups: ["g"],
  hasTooManyGroups: false,
  signInNames: ["ana@contoso.example"],
  authContexts: [],
  roles: ["Reader"],
  isPerson: true,
  scopes: ["Approvals.Read"],
  clientId: "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01",
};

const byNobody: Refusal = {
  problem: new Problem("notSignedIn", "Who are you?"),
  status: 401,
  operation: "listRequests",
  requestId: null,
  caller: null,
  integration: null,
};
const byAna: Refusal = {
  ...byNobody,
  problem: new Problem("selfReview", "You may not."),
  status: 403,
  caller: ana,
};

/** A log with a clock, and what it wrote. */
function aLog() {
  const lines: Record<string, unknown>[] = [];
  let now = START;
  const log = refusalLog(() => now);
  return {
    lines,
    pass: (ms: number) => {
      now += ms;
    },
    refuse: (refusal: Refusal, times = 1) => {
      for (let n = 0; n < times; n++) log(refusal, (line) => lines.push(JSON.parse(line)));
    },
  };
}

test("who is known is named, with the app they came by, and nothing more of the token", () => {
  const { lines, refuse } = aLog();

  refuse({ ...byAna, requestId: "pec-1" });
  refuse({ ...byAna, caller: { ...ana, isPerson: false } });

  expect(lines).toEqual([
    {
      event: "refused",
      status: 403,
      code: "selfReview",
      operation: "listRequests",
      requestId: "pec-1",
      who: "person",
      oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
      name: "Ana",
      clientId: "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01",
      why: "You may not.",
    },
    expect.objectContaining({ who: "app" }),
  ]);
});

describe("a flood", () => {
  test("is counted after thirty lines in a minute, and the next one says how many were left out", () => {
    const { lines, refuse, pass } = aLog();

    refuse(byNobody, 1_000);
    pass(MINUTE - 1);
    refuse(byNobody, 5);
    expect(lines).toHaveLength(30);
    pass(1);
    refuse(byNobody);

    expect(lines.slice(30)).toEqual([
      { event: "refusalsLeftOut", count: 975, since: "2026-03-02T09:00:00.000Z" },
      expect.objectContaining({ event: "refused" }),
    ]);
  });

  test("of strangers hides nobody whom a token names", () => {
    const { lines, refuse } = aLog();

    refuse(byNobody, 1_000);
    refuse(byAna);

    expect(lines.at(-1)).toMatchObject({ code: "selfReview" });
  });

  test("that just fits leaves nothing out", () => {
    const { lines, refuse, pass } = aLog();

    refuse(byNobody, 30);
    pass(MINUTE);
    refuse(byNobody);

    expect(lines).toHaveLength(31);
    expect(lines.every(({ event }) => event === "refused")).toBe(true);
  });
});
