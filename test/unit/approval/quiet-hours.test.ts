import { expect, test } from "vitest";
import { judgementEntries } from "../../../shared/approval/consequence.ts";
import { policyChangeEntries } from "../../../shared/approval/policy-change.ts";
import { dueEntries, wakeAt } from "../../../shared/approval/wait.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import {
  aRequest,
  DAY,
  followed,
  HOUR,
  inState,
  later,
  NINE,
  PLATFORM,
  SECURITY,
} from "../../fixtures/builders.ts";
import { bo, judgementBy, reviewed } from "../../fixtures/entries.ts";

/** From eleven to three, UTC, which begins two hours after NINE. */
const QUIET = `, quietHours: { between: "11:00-15:00", timezone: UTC }`;

function policyWith(platform: string, security = ""): Policy {
  const loaded = loadPolicy(
    `apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  platform: { groups: [${PLATFORM}]${platform} }
  security: { groups: [${SECURITY}]${security} }
default:
  ask: { approvers: [platform], timeout: 24h, remindAfter: 3h, escalateTo: [security], escalateAfter: 150m }
rules: []
`,
    "policy.yaml",
  );
  if (loaded.kind === "problems") throw new Error("The policy is sound.");
  return loaded.policy;
}

const askedBy = (policy: Policy): ApprovalRequest =>
  aRequest({}, ...judgementEntries({ policyHash: null }, judgementBy(policy), NINE));
const kindsDue = (request: ApprovalRequest, afterMs: number) =>
  dueEntries(inState(request, "waiting"), later(afterMs)).map(({ kind }) => kind);
const after = (request: ApprovalRequest, ms: number) =>
  followed(request, dueEntries(inState(request, "waiting"), later(ms)), later(ms));

test("a reminder waits for the end of quiet hours, and the next one is reckoned from there", () => {
  const request = after(askedBy(policyWith(QUIET)), 150 * 60_000);

  expect(kindsDue(request, 3 * HOUR)).toEqual([]);
  expect(kindsDue(request, 6 * HOUR - 1)).toEqual([]);
  expect(kindsDue(request, 6 * HOUR)).toEqual(["reminded"]);
  expect(after(request, 6 * HOUR).ask?.remindAt).toBe(later(9 * HOUR));
});

test("escalation and deadline wait for nothing", () => {
  const request = askedBy(policyWith(QUIET, QUIET));

  expect(kindsDue(request, 150 * 60_000)).toEqual(["escalated"]);
  expect(kindsDue(after(request, 150 * 60_000), 26 * HOUR)).toEqual(["expired"]);
});

test("who comes in by an escalation is not disturbed either, though the reminder was planned before", () => {
  const request = askedBy(policyWith("", QUIET));

  const escalated = after(request, 150 * 60_000);

  expect(request.ask?.remindAt).toBe(later(3 * HOUR));
  expect(wakeAt(escalated)).toBe(later(6 * HOUR));
  expect(kindsDue(escalated, 3 * HOUR)).toEqual([]);
  expect(kindsDue(escalated, 6 * HOUR)).toEqual(["reminded"]);
});

test("who is asked after an escalation hears by the channels of both", () => {
  const request = askedBy(policyWith("", ", notify: [security]"));

  expect(after(request, 150 * 60_000).ask?.requirement.requirements[0]).toMatchObject({
    approvers: ["platform", "security"],
    notify: ["teams", "security"],
  });
});

test("another policy that only tells people otherwise throws no review away", () => {
  const request = followed(askedBy(policyWith("")), [reviewed(bo)]);
  const policy = policyWith(`, notify: [platform-duty]${QUIET}`, ", notify: [security]");

  const entries = policyChangeEntries(request, policy.hash, judgementBy(policy, request));

  expect(entries.map(({ kind }) => kind)).toEqual(["policyChanged", "assessed"]);
});

test("no reminder comes where quiet hours last until the deadline", () => {
  const request = askedBy(policyWith(`, quietHours: { days: [mon, tue], timezone: UTC }`));

  expect(request.ask?.remindAt).toBeNull();
  expect(wakeAt(after(request, 150 * 60_000))).toBe(later(DAY));
});
