import { describe, expect, test } from "vitest";
import { refusalOf, reviewEntries } from "../../../shared/approval/review.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
import { aRequest, DAY, followed, HOUR, later, NINE, PLATFORM, SECURITY } from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  aRequirement,
  asked,
  asPerson,
  bo,
  cy,
  decided,
  deferred,
  failed,
  reviewed,
  stranger,
  verified,
} from "../../fixtures/entries.ts";
import { asking, no, said, yes } from "../../fixtures/reviews.ts";

describe("who may review, and when", () => {
  test.each<[string, ApprovalRequest, Approver, number, object | null]>([
    ["one of the group that was asked", asking(), ana, 0, null],
    ["the same, a moment before the deadline", asking(), ana, DAY - 1, null],
    ["at the deadline", asking(), ana, DAY, { code: "deadlinePassed", deadline: later(DAY) }],
    ["after the deadline", asking(), ana, DAY + HOUR, { code: "deadlinePassed", deadline: later(DAY) }],
    ["a stranger", asking(), stranger, 0, { code: "notAnApprover" }],
    [
      "a stranger, after the deadline, who is told nothing else",
      asking(),
      stranger,
      2 * DAY,
      { code: "notAnApprover" },
    ],
    ["one without groups", asking(), { ...ana, groups: [] }, 0, { code: "notAnApprover" }],
    [
      "one whose group is spelled in capitals",
      asking(),
      { ...ana, groups: [PLATFORM.toUpperCase()] },
      0,
      null,
    ],
    [
      "one whose group only begins so",
      asking(),
      { ...ana, groups: [PLATFORM.slice(0, -1)] },
      0,
      { code: "notAnApprover" },
    ],
    [
      "the same person again",
      aRequest({}, asked(aRequirement({ quorum: 2 })), reviewed(ana)),
      ana,
      0,
      { code: "alreadyReviewed" },
    ],
    [
      "after the decision",
      aRequest({}, asked(), decided("approve", asPerson(ana))),
      bo,
      0,
      { code: "alreadyDecided", decision: "approve", by: "Ana", at: NINE },
    ],
    [
      "after a rule decided",
      aRequest({}, decided()),
      bo,
      0,
      { code: "alreadyDecided", decision: "approve", by: "rule payments", at: NINE },
    ],
    [
      "after it was closed",
      aRequest({}, asked(), decided("approve", asPerson(ana)), verified()),
      bo,
      0,
      { code: "alreadyDecided", by: "Ana" },
    ],
    ["while it is assessed", aRequest({}), ana, 0, { code: "notWaiting", state: "assessing" }],
    [
      "after it expired",
      aRequest({}, asked(), anEntry.expired),
      ana,
      0,
      { code: "notWaiting", state: "expired" },
    ],
    [
      "after it was answered elsewhere",
      aRequest({}, asked(), anEntry.superseded),
      ana,
      0,
      { code: "notWaiting", state: "superseded" },
    ],
    ["after it failed", aRequest({}, failed()), ana, 0, { code: "notWaiting", state: "failed" }],
  ])("%s", (_name, request, person, afterMs, expected) => {
    const at = later(afterMs);

    const refusal = refusalOf(request, person, yes, at);

    expect(refusal).toEqual(expected === null ? null : expect.objectContaining(expected));
    expect(reviewEntries(request, person, yes, at).length > 0).toBe(expected === null);
  });
});

describe("what reviews come to", () => {
  const two = asking(aRequirement({ quorum: 2 }));
  const both = asking(
    aRequirement({
      requirements: [
        { approvers: ["platform"], groups: [PLATFORM], quorum: 1, escalation: null },
        { approvers: ["security"], groups: [SECURITY.toUpperCase()], quorum: 1, escalation: null },
      ],
    }),
  );
  const dee: Approver = {
    ...stranger,
    oid: "00000000-0000-4000-8000-000000000004",
    name: "Dee",
    groups: [SECURITY],
  };
  const everywhere: Approver = { ...dee, name: "Eve", groups: [SECURITY, PLATFORM] };

  test.each<[string, ApprovalRequest, string, string | null]>([
    ["one of one approves", said(asking(), [ana, yes]), "applying", "approve"],
    ["one of two approves", said(two, [ana, yes]), "waiting", null],
    ["the same one of two approves twice", said(two, [ana, yes], [ana, yes]), "waiting", null],
    [
      "the same one under another name",
      said(two, [ana, yes], [{ ...ana, name: "Anna" }, yes]),
      "waiting",
      null,
    ],
    ["two of two approve", said(two, [ana, yes], [bo, yes]), "applying", "approve"],
    ["one of two rejects", said(two, [ana, no]), "applying", "reject"],
    ["one approves, another rejects", said(two, [ana, yes], [bo, no]), "applying", "reject"],
    ["one approves and thinks again", said(two, [ana, yes], [ana, no]), "waiting", null],
    ["strangers approve", said(two, [stranger, yes], [stranger, yes]), "waiting", null],
    ["a stranger rejects", said(two, [stranger, no]), "waiting", null],
    ["only one of the two groups approves", said(both, [ana, yes], [bo, yes], [cy, yes]), "waiting", null],
    ["both groups approve", said(both, [ana, yes], [dee, yes]), "applying", "approve"],
    ["one person of both groups approves", said(both, [everywhere, yes]), "applying", "approve"],
  ])("%s: %s", (_name, request, state, decision) => {
    expect(request.state).toBe(state);
    expect(request.decision?.decision ?? null).toBe(decision);
  });

  test("a person counts once, even where the trail holds two reviews of theirs", () => {
    const threefold = asking(aRequirement({ quorum: 3 }));

    const request = followed(threefold, [reviewed(ana), reviewed(ana)]);

    expect(said(request, [bo, yes]).state).toBe("waiting");
    expect(said(request, [bo, yes], [cy, yes]).state).toBe("applying");
  });

  test("the one who settles it is the one who decided, with the reason given", () => {
    const request = said(two, [ana, yes], [bo, no]);

    expect(request.decision).toEqual({
      decision: "reject",
      reason: "Not today.",
      by: asPerson(bo),
      at: later(HOUR),
    });
  });

  test("a record names the groups that were asked, and none of the person's other groups", () => {
    const [entry] = reviewEntries(asking(), { ...ana, groups: [...stranger.groups, PLATFORM] }, yes, NINE);

    expect(entry).toMatchObject({ kind: "reviewed", groups: [PLATFORM] });
  });

  test("a reason is kept on one line of at most 500 characters", () => {
    const [entry] = reviewEntries(
      asking(),
      ana,
      { review: "reject", reason: `a\nb${"c".repeat(900)}` },
      NINE,
    );

    if (entry?.kind !== "reviewed") throw new Error("a review was given");
    expect(entry.reason.startsWith("a bccc")).toBe(true);
    expect(entry.reason).toHaveLength(500);
  });

  test("reviews of an earlier message count no more", () => {
    const changed = followed(said(two, [ana, yes]), [anEntry.received, asked(aRequirement({ quorum: 2 }))]);

    expect(said(changed, [bo, yes]).state).toBe("waiting");
    expect(said(changed, [bo, yes], [ana, yes]).state).toBe("applying");
  });
});

describe("an approver who asked for the connection", () => {
  const excludedReviewer = (requester: string | null) =>
    asking(aRequirement({ excludedReviewer: requester }));
  const nameless: Approver = { ...ana, signInNames: [] };

  test.each<[string, string | null, Approver, string | null]>([
    ["by sign-in name", "ana@contoso.com", ana, "selfReview"],
    [
      "by sign-in name, spelled otherwise",
      "ana@contoso.com",
      { ...ana, signInNames: ["Ana@Contoso.COM"] },
      "selfReview",
    ],
    ["by sign-in name, spelled otherwise on record", "Ana@Contoso.com", ana, "selfReview"],
    [
      "by one of two sign-in names",
      "ana@contoso.com",
      { ...ana, signInNames: ["ana@partner.example", "ana@contoso.com"] },
      "selfReview",
    ],
    ["by object id", ana.oid, ana, "selfReview"],
    ["by object id, and the token says no name", ana.oid, nameless, "selfReview"],
    ["somebody else by sign-in name", "bo@contoso.com", ana, null],
    ["somebody else by object id", bo.oid, nameless, null],
    ["somebody by sign-in name, and the token says none", "bo@contoso.com", nameless, "noSignInName"],
    ["nobody is kept out", null, nameless, null],
    ["the requester, who is no approver either, is told just that", stranger.oid, stranger, "notAnApprover"],
  ])("%s", (_name, requester, person, expected) => {
    const request = excludedReviewer(requester);

    expect(refusalOf(request, person, yes, NINE)?.code ?? null).toBe(expected);
    expect(refusalOf(request, person, no, NINE)?.code ?? null).toBe(expected);
    expect(reviewEntries(request, person, yes, NINE).length > 0).toBe(expected === null);
  });
});

describe("where an approval must say why", () => {
  const request = asking(aRequirement({ reasonRequired: true }));

  test.each([
    ["", "reasonRequired"],
    ["   ", "reasonRequired"],
    ["\u200b\u202e\n", "reasonRequired"],
    ["known", null],
  ])("the reason %j: %s", (reason, expected) => {
    const answer = { review: "approve", reason } as const;

    expect(refusalOf(request, ana, answer, NINE)?.code ?? null).toBe(expected);
    expect(reviewEntries(request, ana, answer, NINE).length > 0).toBe(expected === null);
  });

  test("a rejection says why anyway", () => {
    expect(refusalOf(request, ana, no, NINE)).toBeNull();
  });

  test("whoever may not review is told that first", () => {
    expect(refusalOf(request, stranger, yes, NINE)).toEqual({ code: "notAnApprover" });
    expect(refusalOf(request, ana, yes, later(DAY))).toMatchObject({ code: "deadlinePassed" });
  });
});

test("a deferred request takes no reviews", () => {
  expect(refusalOf(aRequest({}, deferred()), ana, yes, NINE)).toEqual({
    code: "notWaiting",
    state: "deferred",
  });
});
