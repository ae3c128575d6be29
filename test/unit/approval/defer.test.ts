import { describe, expect, test } from "vitest";
import { judgementEntries } from "../../../shared/approval/consequence.ts";
import { dueEntries, wakeAt } from "../../../shared/approval/wait.ts";
import type { Instant } from "../../../shared/connection/connection.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import {
  APPROVES,
  aConnection,
  aConnectionId,
  aPolicyWith,
  aRequest,
  DAY,
  FREEZE,
  followed,
  inState,
  later,
  NINE,
  REJECTS,
} from "../../fixtures/builders.ts";
import { anEntry, asked, deferred, judgementBy } from "../../fixtures/entries.ts";

const judged = (policy: Policy, at: Instant = NINE) => {
  const entries = judgementEntries(aRequest({}), judgementBy(policy, aRequest({}), at), at);
  return { entries, request: followed(aRequest({}), entries, at) };
};
const sentenceBy = (policy: Policy) => judged(policy).entries[1]?.sentence;

describe("a policy that does nothing for now", () => {
  test("a freeze: what a rule would approve waits until the freeze is over", () => {
    const { entries, request } = judged(aPolicyWith([FREEZE], APPROVES));

    expect(entries.map(({ kind }) => kind)).toEqual(["assessed", "deferred"]);
    expect(entries[1]).toMatchObject({
      until: later(2 * DAY),
      because: "year-end freezes approvals.",
      sentence: "Waits until 2026-03-04 09:00 UTC: year-end freezes approvals.",
    });
    expect(request).toMatchObject({ state: "deferred", deferral: { until: later(2 * DAY) }, decision: null });
  });

  test("those that wait for the same moment are woken within three minutes after it, each at its own moment", () => {
    const wakes = Array.from({ length: 100 }, (_none, n) => {
      const request = aRequest(
        { connection: aConnection({ id: aConnectionId(`pe-${n}`) }) },
        deferred(later(DAY)),
      );
      expect(wakeAt(request)).toBe(wakeAt(request));
      return Date.parse(wakeAt(request) ?? "") - Date.parse(later(DAY));
    });

    expect(new Set(wakes).size).toBeGreaterThan(95);
    expect(Math.min(...wakes)).toBeLessThan(30_000);
    expect(Math.max(...wakes)).toBeGreaterThan(150_000);
    expect(Math.max(...wakes)).toBeLessThan(180_000);
  });

  test.each([
    [
      "what would have been rejected",
      aPolicyWith(["mode: shadow"], REJECTS),
      /^Left alone in mode shadow: would have been rejected by sandbox \(line \d+\)\.$/,
    ],
    [
      "what would have been approved",
      aPolicyWith(["mode: shadow"], APPROVES),
      /^Left alone in mode shadow: would have been approved by payments \(line \d+\)\.$/,
    ],
    [
      "what people would have been asked about",
      aPolicyWith(["mode: shadow"]),
      /^Left alone in mode shadow: would have been put to people by default \(line \d+\)\.$/,
    ],
    [
      "what would have been rejected, where only approvals count",
      aPolicyWith(["mode: approveOnly"], REJECTS),
      /^Left alone in mode approveOnly: would have been rejected by sandbox \(line \d+\)\.$/,
    ],
    [
      "what may not be asked for at all",
      aPolicyWith(["visibility: { allow: { endpoint: { resourceGroup: rg-other } } }"], APPROVES),
      /^Left alone: Visibility \(line \d+\) leaves it: .+\.$/,
    ],
  ])("%s is left alone, and no moment of its own wakes it", (_what, policy, sentence) => {
    const { request } = judged(policy);

    expect(sentenceBy(policy)).toMatch(sentence);
    expect(request).toMatchObject({ state: "deferred", deferral: { until: null }, ask: null });
    expect(wakeAt(request)).toBeNull();
    expect(dueEntries(inState(request, "deferred"), later(900 * DAY))).toEqual([]);
  });

  test("a freeze that our clock takes to be over in a moment is looked at again in a minute, not again and again", () => {
    const { request } = judged(aPolicyWith([FREEZE], APPROVES), later(2 * DAY - 1));

    expect(request.deferral?.until).toBe(later(2 * DAY - 1 + 60_000));
  });
});

describe("a request that waits for its moment", () => {
  const request = inState(aRequest({}, deferred(later(DAY))), "deferred");

  test.each<[string, number, string[]]>([
    ["before it", DAY - 1, []],
    ["at it", DAY, ["resumed"]],
    ["long after it", 9 * DAY, ["resumed"]],
  ])("%s: %j", (_when, afterMs, expected) => {
    expect(dueEntries(request, later(afterMs)).map(({ kind }) => kind)).toEqual(expected);
  });

  test("is assessed again then, and the record says why", () => {
    const [entry] = dueEntries(request, later(DAY));

    expect(entry?.sentence).toBe("Assessed again. It waited until 2026-03-03 09:00 UTC.");
    expect(followed(request, dueEntries(request, later(DAY)))).toMatchObject({
      state: "assessing",
      deferral: null,
    });
  });

  test("has nothing due once it is something else", () => {
    const taken = followed(request, [anEntry.resumed, asked()]);

    expect(dueEntries(inState(taken, "waiting"), later(DAY - 1)).map(({ kind }) => kind)).toEqual([
      "reminded",
    ]);
  });
});
