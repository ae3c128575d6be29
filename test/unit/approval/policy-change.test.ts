import { describe, expect, test } from "vitest";
import { policyChangeEntries, takesTurns } from "../../../shared/approval/policy-change.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import type { AuditRecord, Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { SYSTEM } from "../../../shared/request/terms.ts";
import {
  APPROVES,
  aPolicy,
  aPolicyWith,
  aRequest,
  aTrail,
  FREEZE,
  followed,
  HOUR,
  later,
  MINUTE,
  REJECTS,
} from "../../fixtures/builders.ts";
import {
  anEntry,
  applied,
  applying,
  aRequirement,
  asked,
  asPerson,
  assessed,
  bo,
  decided,
  deferred,
  judgementBy,
  reviewed,
} from "../../fixtures/entries.ts";

/** Differ in nothing that matters to the request, but for their hashes. */
const UNRELATED = "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }";
const ASKS_TWO =
  "{ name: two, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], quorum: 2 } } }";

const askedBy = (policy: Policy, ...more: readonly Entry[]): ApprovalRequest => {
  const { verdict } = judgementBy(policy);
  if (verdict.kind !== "ask") throw new Error("the policy asks");
  return aRequest({}, assessed(policy), asked(verdict.requirement), ...more);
};
const frozen = aRequest({}, assessed(aPolicyWith([FREEZE], APPROVES)), deferred(later(HOUR)));
const shadowed = aRequest({}, assessed(aPolicyWith(["mode: shadow"])), deferred());

const changedTo = (request: ApprovalRequest, policy: Policy) =>
  policyChangeEntries(request, policy.hash, judgementBy(policy, request));
const kindsAfter = (request: ApprovalRequest, policy: Policy) =>
  changedTo(request, policy).map(({ kind }) => kind);

const KEPT = ["policyChanged", "assessed"];
const ANEW = ["policyChanged", "resumed"];

describe("a request at rest, when another policy is in force", () => {
  test.each<[string, ApprovalRequest, Policy, string[]]>([
    ["waits for the same people", askedBy(aPolicy()), aPolicy(UNRELATED), KEPT],
    ["waits for one, and now two must approve", askedBy(aPolicy()), aPolicy(ASKS_TWO), ANEW],
    ["waits for people, and now a rule approves", askedBy(aPolicy()), aPolicy(APPROVES), ANEW],
    ["waits for people, and now a rule rejects", askedBy(aPolicy()), aPolicy(REJECTS), ANEW],
    [
      "waits for people, and now it would be left alone",
      askedBy(aPolicy()),
      aPolicyWith(["mode: shadow"]),
      ANEW,
    ],
    ["waits for the same freeze", frozen, aPolicyWith([FREEZE], APPROVES, UNRELATED), KEPT],
    [
      "waits for a freeze that now ends earlier",
      frozen,
      aPolicyWith([FREEZE.replace("03-04T", "03-03T")], APPROVES),
      ANEW,
    ],
    ["waits for a freeze that was called off", frozen, aPolicy(APPROVES), ANEW],
    ["is left alone as before", shadowed, aPolicyWith(["mode: shadow"], UNRELATED), KEPT],
    ["was left alone, and now the policy is enforced", shadowed, aPolicy(), ANEW],
    ["was left alone, and now a freeze is on", shadowed, aPolicyWith([FREEZE], APPROVES), ANEW],
  ])("that %s: %4$j", (_what, request, policy, expected) => {
    expect(kindsAfter(request, policy)).toEqual(expected);
  });

  test("keeps everything but the verdict, where the policy comes to the same", () => {
    const request = askedBy(aPolicy(), reviewed(bo));
    const policy = aPolicy(UNRELATED);

    const after = followed(request, changedTo(request, policy));

    const { verdict, policyHash, seq } = after;
    expect(after).toEqual({ ...request, verdict, policyHash, seq, head: after.head });
    expect({ policyHash, seq }).toEqual({ policyHash: policy.hash, seq: request.seq + 2 });
    expect(verdict).toMatchObject({ policyHash: policy.hash });
  });

  test("is compared with what was asked for at first, also after it was escalated", () => {
    const request = askedBy(aPolicy(), {
      ...anEntry.escalated,
      requirement: aRequirement({ quorum: 2 }),
    } as Entry);

    const after = followed(request, changedTo(request, aPolicy(UNRELATED)));

    expect(after.ask?.requirement).toEqual(aRequirement({ quorum: 2 }));
  });

  test("is asked about anew, and reviews of before no longer count, where it does not", () => {
    const request = askedBy(aPolicy(), reviewed(bo));
    const entries = changedTo(request, aPolicy(ASKS_TWO));

    const after = followed(request, entries);

    expect(entries.at(-1)?.sentence).toBe(
      `Assessed again. Another policy is in force. "Bo" (00000000…)'s review no longer counts.`,
    );
    expect(after).toMatchObject({ state: "assessing", ask: null, waitSeq: request.waitSeq });
  });

  test("is assessed again where the policy could not be asked", () => {
    const [changed, anew] = policyChangeEntries(shadowed, "f".repeat(64));

    expect([changed?.kind, anew?.kind]).toEqual(ANEW);
  });

  test("has both policies on record", () => {
    const [before, after] = [aPolicy(), aPolicy(UNRELATED)];

    const [changed, again] = changedTo(askedBy(before), after);

    expect(changed).toMatchObject({
      from: before.hash,
      to: after.hash,
      sentence: `Another policy is in force: ${after.hash.slice(0, 12)} instead of ${before.hash.slice(0, 12)}.`,
    });
    expect(again).toMatchObject({ policyHash: after.hash, previousPolicyHash: before.hash });
  });
});

describe("a decision that waits while another policy comes into force", () => {
  const ruled = aRequest({}, assessed(), decided());

  test("a rule's decision is assessed again", () => {
    expect(policyChangeEntries(ruled, "f".repeat(64)).map(({ kind }) => kind)).toEqual(ANEW);
    expect(followed(ruled, policyChangeEntries(ruled, "f".repeat(64)))).toMatchObject({
      state: "assessing",
      decision: null,
    });
  });

  test("also when it was about to be written, and the record says that ARM does not show it", () => {
    const begun = followed(ruled, [applying()]);

    const entries = policyChangeEntries(begun, "f".repeat(64));

    expect(entries.map(({ kind }) => kind)).toEqual(ANEW);
    expect(entries[1]?.sentence).toBe(
      "Assessed again. Another policy is in force. Approved was about to be written; ARM still shows Pending.",
    );
    expect(followed(begun, entries)).toMatchObject({ state: "assessing", application: null });
  });

  test("so is a rejection that came of people's silence, which is the policy's word as well", () => {
    const silent = aRequest({}, assessed(), asked(), decided("reject"));

    expect(policyChangeEntries(silent, "f".repeat(64)).map(({ kind }) => kind)).toEqual(ANEW);
  });

  test.each<[string, ApprovalRequest]>([
    ["that people made", aRequest({}, assessed(), asked(), decided("approve", asPerson(bo)))],
    ["that ARM took", aRequest({}, assessed(), decided(), applying(), applied())],
  ])("one %s stands", (_name, request) => {
    expect(policyChangeEntries(request, "f".repeat(64))).toEqual([]);
  });
});

test.each<[string, ApprovalRequest, string]>([
  ["the policy is the one that judged it", askedBy(aPolicy()), aPolicy().hash],
  ["it is being assessed anyway", aRequest({}, assessed(), asked(), anEntry.received), "f".repeat(64)],
  ["it is closed", aRequest({}, assessed(), asked(), anEntry.expired), "f".repeat(64)],
  [
    "it was closed by something else",
    aRequest({}, assessed(), decided(), anEntry.superseded),
    "f".repeat(64),
  ],
  ["no policy has judged it yet", aRequest({}, asked()), "f".repeat(64)],
])("nothing follows when %s", (_name, request, inForce) => {
  expect(policyChangeEntries(request, inForce)).toEqual([]);
});

describe("a policy that judges a request for the second time, another one in between", () => {
  const [mine, others] = [aPolicy(), aPolicy(UNRELATED)];
  const judgedAt = (ms: number, policy: Policy): readonly AuditRecord[] =>
    aTrail({}, assessed(policy)).records.map((record) => ({ ...record, at: later(ms) }));
  const trail = [...judgedAt(0, mine), ...judgedAt(5 * MINUTE, others)];
  const turns = (sinceMs: number, atMs: number, records: readonly AuditRecord[] = trail) =>
    takesTurns(records, { hash: mine.hash, since: later(sinceMs) }, later(atMs));

  test.each([
    ["was in force here all the time: the other one is in force elsewhere", -HOUR, true],
    ["was in force here when the other one judged", 4 * MINUTE, true],
    ["came into force here while the other one's judgement was under way", 4 * MINUTE + 1, false],
    ["came into force here after the other one judged: an edit was undone", 6 * MINUTE, false],
  ])("that %s", (_what, sinceMs, expected) => {
    expect(turns(sinceMs, 7 * MINUTE)).toBe(expected);
  });

  test("is over a quarter of an hour after its first judgement", () => {
    expect(turns(-HOUR, 15 * MINUTE - 1)).toBe(true);
    expect(turns(-HOUR, 15 * MINUTE)).toBe(false);
  });

  test("is none where no other one judged it, or it has not judged it yet", () => {
    expect(turns(-HOUR, MINUTE, judgedAt(0, mine))).toBe(false);
    expect(turns(-HOUR, MINUTE, judgedAt(0, others))).toBe(false);
    expect(turns(-HOUR, MINUTE, aTrail({}).records)).toBe(false);
  });

  test("is seen by the record of the change, too, where the request was not assessed again", () => {
    const change = {
      kind: "policyChanged",
      actor: SYSTEM,
      from: mine.hash,
      to: others.hash,
      sentence: "",
    } as const;
    const changed = aTrail({}, assessed(mine), asked(), change).records.map((record) => ({
      ...record,
      at: later(5 * MINUTE),
    }));

    expect(turns(-HOUR, 7 * MINUTE, changed)).toBe(true);
    expect(turns(6 * MINUTE, 7 * MINUTE, changed)).toBe(false);
  });
});
