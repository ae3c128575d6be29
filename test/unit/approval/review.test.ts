import { describe, expect, test } from "vitest";
import { refusalOf, requesterEntries, reviewEntries } from "../../../shared/approval/review.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
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
import { asking, no, said, seen, yes } from "../../fixtures/reviews.ts";

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
      { code: "alreadyDecided", decision: "approve", by: '"Ana" (00000000…)', at: NINE },
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
      { code: "alreadyDecided", by: '"Ana" (00000000…)' },
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

    const refusal = refusalOf(request, person, seen(request, yes), at);

    expect(refusal).toEqual(expected === null ? null : expect.objectContaining(expected));
    expect(reviewEntries(request, person, seen(request, yes), at).length > 0).toBe(expected === null);
  });
});

describe("an answer that somebody gives in Teams, who has not signed in here", () => {
  const there: Approver = { ...ana, via: "teams" };
  const allowed = asking(aRequirement({ inCard: true }));

  test("counts where the policy allows it, and says where it was given", () => {
    const [entry] = reviewEntries(allowed, there, seen(allowed, yes), later(0));

    expect(entry).toMatchObject({
      kind: "reviewed",
      via: "teams",
      sentence: expect.stringContaining("approves in Teams"),
    });
    expect(said(allowed, [there, yes]).ask?.reviews).toMatchObject([{ via: "teams" }]);
  });

  test("does not count elsewhere, approval or rejection", () => {
    const signedIn = asking(aRequirement());

    for (const answer of [yes, no])
      expect(refusalOf(signedIn, there, seen(signedIn, answer), later(0))).toEqual({
        code: "claimsRequired",
        contexts: [],
      });
    expect(refusalOf(signedIn, ana, seen(signedIn, yes), later(0))).toBeNull();
  });

  test("is refused for whatever it is refused in the inbox", () => {
    expect(refusalOf(allowed, { ...stranger, via: "teams" }, seen(allowed, yes), later(0))).toEqual({
      code: "notAnApprover",
    });
    expect(refusalOf(allowed, there, { ...yes, asked: 1 }, later(0))).toMatchObject({ code: "changed" });
  });
});

describe("where the policy demands an authentication context", () => {
  const stepped = (person: Approver, ...authContexts: string[]): Approver => ({ ...person, authContexts });
  const both = asking(aRequirement({ authContexts: ["c1", "c2"], quorum: 2 }));

  test.each<[string, readonly string[], readonly string[] | null]>([
    ["none of them", [], ["c1", "c2"]],
    ["one of them", ["c1"], ["c2"]],
    ["another one", ["c3", "C1"], ["c1", "c2"]],
    ["both", ["c2", "c1"], null],
    ["more than those", ["c1", "c2", "c3"], null],
  ])("a sign-in with %s", (_what, contexts, missing) => {
    const person = stepped(ana, ...contexts);
    const refusal = missing === null ? null : { code: "claimsRequired", contexts: missing };

    expect(refusalOf(both, person, seen(both, yes), later(0))).toEqual(refusal);
    expect(refusalOf(both, person, seen(both, no), later(0))).toEqual(refusal);
  });

  test("nobody who may not review is told to sign in again for nothing", () => {
    const late = both.ask?.deadline ?? NINE;

    expect(refusalOf(both, stranger, seen(both, yes), later(0))).toEqual({ code: "notAnApprover" });
    expect(refusalOf(both, ana, seen(both, yes), late)).toMatchObject({ code: "deadlinePassed" });
    expect(refusalOf(both, ana, { ...yes, asked: 1 }, later(0))).toMatchObject({ code: "changed" });
  });

  test("the sign-in comes before the reason, which is written after it", () => {
    const request = asking(aRequirement({ authContexts: ["c1"], reasonRequired: true }));

    expect(refusalOf(request, ana, seen(request, yes), later(0))).toMatchObject({ code: "claimsRequired" });
    expect(refusalOf(request, stepped(ana, "c1"), seen(request, yes), later(0))).toEqual({
      code: "reasonRequired",
    });
  });

  test("a review keeps what was demanded and proved, and nothing else that the sign-in satisfied", () => {
    const person = stepped(ana, "c9", "c2", "c1");

    const [entry] = reviewEntries(both, person, seen(both, yes), later(0));

    expect(entry).toMatchObject({ kind: "reviewed", authContexts: ["c1", "c2"] });
    expect(said(both, [person, yes]).ask?.reviews).toMatchObject([{ authContexts: ["c1", "c2"] }]);
  });

  test("a review is taken back without any, and who has reviewed may not reject without", () => {
    const reviewed = said(both, [stepped(ana, "c1", "c2"), yes]);

    expect(
      refusalOf(reviewed, ana, seen(reviewed, { review: "withdraw", reason: "" }), later(HOUR)),
    ).toBeNull();
    expect(refusalOf(reviewed, ana, seen(reviewed, no), later(HOUR))).toMatchObject({
      code: "claimsRequired",
    });
  });

  test("two who proved them decide", () => {
    const request = said(both, [stepped(ana, "c1", "c2"), yes], [stepped(bo, "c1", "c2"), yes]);

    expect(request).toMatchObject({ state: "applying", decision: { decision: "approve" } });
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
    ["one approves and thinks again", said(two, [ana, yes], [ana, no]), "applying", "reject"],
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
    const [entry] = reviewEntries(
      asking(),
      { ...ana, groups: [...stranger.groups, PLATFORM] },
      seen(asking(), yes),
      NINE,
    );

    expect(entry).toMatchObject({ kind: "reviewed", groups: [PLATFORM] });
  });

  test("a reason is kept on one line of at most 500 characters", () => {
    const [entry] = reviewEntries(
      asking(),
      ana,
      seen(asking(), { review: "reject", reason: `a\nb${"c".repeat(900)}` } as const),
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
  const askedBy = (requester: string | null) =>
    asking(aRequirement({ preventSelfReview: true, excludedReviewer: requester }));

  test.each<[string, string | null, Approver, string | null]>([
    ["by object id", ana.oid, ana, "selfReview"],
    ["by object id, spelled in capitals", ana.oid, { ...ana, oid: ana.oid.toUpperCase() }, "selfReview"],
    ["somebody else", bo.oid, ana, null],
    ["somebody else of the same name", bo.oid, { ...ana, signInNames: bo.signInNames }, null],
    ["nobody knows who", null, ana, null],
    ["the requester, who is no approver either, is told just that", stranger.oid, stranger, "notAnApprover"],
  ])("%s", (_name, requester, person, expected) => {
    const request = askedBy(requester);

    expect(refusalOf(request, person, seen(request, yes), NINE)?.code ?? null).toBe(expected);
    expect(refusalOf(request, person, seen(request, no), NINE)?.code ?? null).toBe(expected);
    expect(reviewEntries(request, person, seen(request, yes), NINE).length > 0).toBe(expected === null);
  });

  test("as long as nobody knows who asked, one more than the quorum must approve", () => {
    expect(said(askedBy(null), [ana, yes]).state).toBe("waiting");
    expect(said(askedBy(null), [ana, yes], [bo, yes]).decision).toMatchObject({ by: { name: "Bo" } });
    expect(said(askedBy(null), [ana, no]).decision).toMatchObject({ decision: "reject" });
  });

  test("once it is known, the requester's review falls out, and the quorum is enough", () => {
    const byAna = said(askedBy(null), [ana, yes]);

    const known = followed(byAna, requesterEntries(inState(byAna, "waiting"), ana.oid));

    expect(known).toMatchObject({ state: "waiting", ask: { reviews: [] } });
    expect(refusalOf(known, ana, seen(known, yes), NINE)).toEqual({ code: "selfReview" });
    expect(said(known, [bo, yes]).decision).toMatchObject({ decision: "approve", by: { name: "Bo" } });
  });

  test("once somebody else is known to have asked, the approval that was given may be enough", () => {
    const byBo = said(askedBy(null), [bo, yes]);

    const known = followed(byBo, requesterEntries(inState(byBo, "waiting"), ana.oid));

    expect(known.decision).toMatchObject({ decision: "approve", by: { name: "Bo" } });
  });
});

describe("a second answer of the same person, while the request waits", () => {
  const two = asking(aRequirement({ quorum: 2 }));
  const back = { review: "withdraw", reason: "" } as const;

  test.each<[string, ApprovalRequest, Approver, typeof yes | typeof no | typeof back, string | null]>([
    ["an approval is taken back", said(two, [ana, yes]), ana, back, null],
    ["a rejection takes its place", said(two, [ana, yes]), ana, no, null],
    ["a second approval says nothing new", said(two, [ana, yes]), ana, yes, "alreadyReviewed"],
    ["what somebody else said is not theirs to take back", said(two, [ana, yes]), bo, back, "notReviewed"],
    ["what was taken back", said(two, [ana, yes], [ana, back]), ana, back, "notReviewed"],
    ["an approval after it was taken back", said(two, [ana, yes], [ana, back]), ana, yes, null],
    [
      "by one who is in none of the groups any more",
      said(two, [ana, yes]),
      { ...ana, groups: [] },
      back,
      null,
    ],
    ["after the decision", said(two, [ana, yes], [bo, yes]), ana, back, "alreadyDecided"],
  ])("%s", (_name, request, person, answer, expected) => {
    expect(refusalOf(request, person, seen(request, answer), NINE)?.code ?? null).toBe(expected);
    expect(reviewEntries(request, person, seen(request, answer), NINE).length > 0).toBe(expected === null);
  });

  test("what is taken back does not count, and what is said afterwards does", () => {
    expect(said(two, [ana, yes], [ana, back], [bo, yes]).state).toBe("waiting");
    expect(said(two, [ana, yes], [ana, back], [bo, yes], [ana, yes]).state).toBe("applying");
    expect(said(two, [ana, yes], [ana, no]).decision).toMatchObject({ decision: "reject" });
  });
});

describe("a review names what it saw", () => {
  test.each([
    ["what was asked before the consumer changed the message", 3, { code: "changed", asked: 5 }],
    ["what is asked now", 5, null],
    ["what was never asked", 6, { code: "neverAsked", asked: 5 }],
  ])("%s", (_name, saw, expected) => {
    const request = followed(asking(), [anEntry.received, asked()]);

    const refusal = refusalOf(request, ana, { ...yes, asked: saw }, NINE);

    expect(refusal).toEqual(expected);
    expect(reviewEntries(request, ana, { ...yes, asked: saw }, NINE).length > 0).toBe(expected === null);
  });

  test("and its record keeps the number", () => {
    expect(reviewEntries(asking(), ana, seen(asking(), yes), NINE)[0]).toMatchObject({ asked: 3 });
  });
});

describe("where an approval must say why", () => {
  const request = asking(aRequirement({ reasonRequired: true }));

  test.each([
    ["", "reasonRequired"],
    ["   ", "reasonRequired"],
    ["\u200b\u202e\n", "reasonRequired"],
    ["\u2800\u3164\uffa0", "reasonRequired"],
    ["known", null],
  ])("the reason %j: %s", (reason, expected) => {
    const answer = { review: "approve", reason } as const;

    expect(refusalOf(request, ana, seen(request, answer), NINE)?.code ?? null).toBe(expected);
    expect(reviewEntries(request, ana, seen(request, answer), NINE).length > 0).toBe(expected === null);
  });

  test("a rejection says why anyway", () => {
    expect(refusalOf(request, ana, seen(request, no), NINE)).toBeNull();
  });

  test("whoever may not review is told that first", () => {
    expect(refusalOf(request, stranger, seen(request, yes), NINE)).toEqual({ code: "notAnApprover" });
    expect(refusalOf(request, ana, seen(request, yes), later(DAY))).toMatchObject({ code: "deadlinePassed" });
  });
});

test("a deferred request takes no reviews", () => {
  expect(refusalOf(aRequest({}, deferred()), ana, seen(aRequest({}, deferred()), yes), NINE)).toEqual({
    code: "notWaiting",
    state: "deferred",
  });
});
