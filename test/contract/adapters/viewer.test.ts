import { describe, expect, test } from "vitest";
import type { Caller } from "../../../functions/kit/sign-in.ts";
import { viewerOf } from "../../../functions/kit/viewer.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
import { aRequest, DAY, HOUR, later, NINE } from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  aRequirement,
  asked,
  asPerson,
  bo,
  decided,
  failed,
  reviewed,
  stranger,
} from "../../fixtures/entries.ts";
import { asking } from "../../fixtures/reviews.ts";

const SETTINGS = { REVIEW_SCOPE: "Approvals.ReadWrite", READ_SCOPE: "Approvals.Read", SIGN_IN_CLIENTS: [] };
const HERE = "6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04";

const signedIn = (person: Approver, differences: Partial<Caller> = {}): Caller => ({
  ...person,
  roles: ["Reader", "Approver"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: HERE,
  ...differences,
});

const twoOf = aRequest({}, asked(aRequirement({ quorum: 2 })), reviewed(ana));
const withReason = asking(aRequirement({ reasonRequired: true }));
const stronger = asking(aRequirement({ authContexts: ["c1"] }));
const expired = aRequest({}, asked(), anEntry.expired);

/** What of `mayReview`, `mayWithdraw`, `mayReopen` and `mayRetry` is so. */
const mayOf = ({ mayReview, mayWithdraw, mayReopen, mayRetry }: ReturnType<typeof viewerOf>) =>
  Object.entries({ review: mayReview, withdraw: mayWithdraw, reopen: mayReopen, retry: mayRetry })
    .filter(([, may]) => may)
    .map(([what]) => what);

describe("what somebody who looks at a request may do", () => {
  test.each<[string, ApprovalRequest, Caller, number, string, readonly string[], string]>([
    [
      "one who is asked",
      asking(),
      signedIn(ana),
      0,
      "mayReview",
      ["review"],
      "You are one of those who are asked.",
    ],
    [
      "one who is asked, and must say why: that is said in the review",
      withReason,
      signedIn(ana),
      0,
      "mayReview",
      ["review"],
      "You are one of those who are asked.",
    ],
    [
      "one who is asked, and must sign in more strongly: they may, and are told so",
      stronger,
      signedIn(ana),
      0,
      "claimsRequired",
      ["review"],
      "The policy wants a stronger sign-in for this: sign in again, with c1.",
    ],
    [
      "the same after that sign-in",
      stronger,
      signedIn({ ...ana, authContexts: ["c1"] }),
      0,
      "mayReview",
      ["review"],
      "You are one of those who are asked.",
    ],
    [
      "a stranger to a question that demands a stronger sign-in, whom none would help",
      stronger,
      signedIn(stranger),
      0,
      "notAnApprover",
      [],
      "Your token lists none of the groups that were asked about this request.",
    ],
    [
      "one who was not asked",
      asking(),
      signedIn(stranger),
      0,
      "notAnApprover",
      [],
      "Your token lists none of the groups that were asked about this request.",
    ],
    [
      "one whose token cannot list the groups",
      asking(),
      signedIn(ana, { groups: [], hasTooManyGroups: true }),
      0,
      "tooManyGroups",
      [],
      "You are in more groups than a token can list, so yours lists none, and nobody can tell what you are asked. Ask an administrator to have tokens list only the groups that are assigned to this app.",
    ],
    [
      "one who is asked and may only read",
      asking(),
      signedIn(ana, { roles: ["Reader"] }),
      0,
      "wrongRole",
      [],
      "This needs the app role Approver.",
    ],
    [
      "one who is asked, through an app that may only read",
      asking(),
      signedIn(ana, { scopes: ["Approvals.Read"] }),
      0,
      "wrongScope",
      [],
      "This needs the scope Approvals.ReadWrite: the app that you signed in with must ask for it.",
    ],
    [
      "an app",
      asking(),
      signedIn(ana, { isPerson: false, scopes: [] }),
      0,
      "notAPerson",
      [],
      "Only a person can do this; the token is an app's.",
    ],
    [
      "one who asked for the connection",
      asking(aRequirement({ excludedReviewer: ana.oid })),
      signedIn(ana),
      0,
      "selfReview",
      [],
      "You asked for this connection yourself; another approver must review it.",
    ],
    [
      "one whose time is over",
      asking(),
      signedIn(ana),
      DAY,
      "deadlinePassed",
      [],
      "The time to answer was over at 2026-03-03 09:00 UTC.",
    ],
    [
      "one whose review counts",
      twoOf,
      signedIn(ana),
      0,
      "alreadyReviewed",
      ["withdraw"],
      "Your review counts already; the request waits for others. Until it is decided you may reject, or withdraw your review.",
    ],
    ["another one", twoOf, signedIn(bo), 0, "mayReview", ["review"], "You are one of those who are asked."],
    [
      "one after the decision",
      aRequest({}, asked(), decided("approve", asPerson(ana))),
      signedIn(bo),
      0,
      "alreadyDecided",
      [],
      'It was decided already: approve, by "Ana" (00000000…) at 2026-03-02 09:00 UTC.',
    ],
    [
      "one while it is assessed",
      aRequest({}),
      signedIn(ana),
      0,
      "notWaiting",
      [],
      "The request does not wait for people; it is assessing.",
    ],
    [
      "one after it expired",
      expired,
      signedIn(ana),
      DAY + HOUR,
      "notWaiting",
      ["reopen"],
      "The request does not wait for people; it is expired. Reopen it to be asked again.",
    ],
    [
      "one who may only read, after it expired",
      expired,
      signedIn(ana, { roles: ["Reader"] }),
      DAY + HOUR,
      "wrongRole",
      [],
      "This needs the app role Approver.",
    ],
    [
      "any approver after it failed, where nobody was asked",
      aRequest({}, failed()),
      signedIn(stranger),
      0,
      "notWaiting",
      ["retry"],
      "The request does not wait for people; it is failed. Have it tried again.",
    ],
  ])("%s", (_case, request, caller, afterMs, code, may, because) => {
    const viewer = viewerOf(request, caller, SETTINGS, later(afterMs));

    expect({ code: viewer.code, may: mayOf(viewer), because: viewer.because }).toEqual({
      code,
      may,
      because,
    });
  });

  test("shows them their own review, and nobody else's", () => {
    const own = viewerOf(twoOf, signedIn(ana), SETTINGS, NINE).review;
    const others = viewerOf(twoOf, signedIn(bo), SETTINGS, NINE).review;

    expect(own).toMatchObject({ review: "approve", by: asPerson(ana) });
    expect(others).toBeNull();
  });

  test("is nothing with a token of an app that may not call", () => {
    const settings = { ...SETTINGS, SIGN_IN_CLIENTS: ["0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01"] };

    expect(viewerOf(asking(), signedIn(ana), settings, NINE)).toMatchObject({ code: "wrongClient" });
  });
});
