import { describe, expect, test } from "vitest";
import { ANSWERED, ASKED, BY_RULE } from "../journey/kit/trails.ts";
import { type Evidence, faultsIn, verdictOf } from "./verdict.ts";

const trailOf = (kinds: readonly string[]) =>
  kinds.map((kind, index) => ({ requestId: "pec-1", seq: index + 1, kind }));
const WRITTEN = { connection: "pe-1.guid", effective: true };

const SOUND: Evidence = {
  name: "pe-1",
  by: "rule",
  status: "Approved",
  puts: [WRITTEN],
  trail: trailOf(BY_RULE),
  instance: { status: "Completed", steps: 2 },
};
const ASKED_FOR: Evidence = { ...SOUND, by: "person", trail: trailOf([...ASKED, ...ANSWERED]) };

describe("the verdict on an approval", () => {
  test.each([
    ["by a rule", SOUND],
    ["by a person", ASKED_FOR],
    ["that had to wait for ARM", { ...SOUND, trail: trailOf(["received", "delayed", ...BY_RULE.slice(1)]) }],
    [
      "that was written again without effect",
      { ...SOUND, puts: [WRITTEN, { ...WRITTEN, effective: false }] },
    ],
  ])("finds no fault with one %s", (_what, evidence) => {
    expect(faultsIn(verdictOf([evidence], 2, []))).toEqual([]);
  });

  test.each<[string, Partial<Evidence>, string]>([
    ["has no answer", { status: "Pending" }, "pe-1 is Pending in ARM"],
    ["is gone", { status: undefined }, "pe-1 is unknown in ARM"],
    ["was answered twice", { puts: [WRITTEN, WRITTEN] }, "pe-1 was answered 2 times"],
    ["hangs", { instance: { status: "Running", steps: 1 } }, "pe-1 has an orchestration that is Running"],
    ["has no orchestration", { instance: undefined }, "pe-1 has an orchestration that is nowhere"],
    ["left no trail", { trail: [] }, "pe-1 has the trail: nothing"],
    [
      "has a hole in its trail",
      { trail: trailOf(BY_RULE).filter(({ seq }) => seq !== 3) },
      "pe-1 has the trail: 1 received, 2 assessed, 4 applying, 5 applied, 6 verified",
    ],
    [
      "has a record twice",
      { trail: trailOf(["received", "assessed", "assessed", "decided", "applying", "applied", "verified"]) },
      "pe-1 has the trail: 1 received, 2 assessed, 3 assessed, 4 decided, 5 applying, 6 applied, 7 verified",
    ],
    [
      "has a number twice",
      { trail: trailOf(BY_RULE).map((record) => ({ ...record, seq: Math.min(record.seq, 5) })) },
      "pe-1 has the trail: 1 received, 2 assessed, 3 decided, 4 applying, 5 applied, 5 verified",
    ],
  ])("tells of one that %s", (_what, damage, sentence) => {
    expect(faultsIn(verdictOf([{ ...SOUND, ...damage }], 2, []))).toEqual([sentence]);
  });

  test("tells of messages", () => {
    expect(faultsIn(verdictOf([], 0, ["1 messages are dead-lettered"]))).toEqual([
      "1 messages are dead-lettered",
    ]);
  });

  test("counts steps that were begun and have no result of their own", () => {
    expect(verdictOf([SOUND, ASKED_FOR], 7, []).repeatedSteps).toBe(3);
  });
});
