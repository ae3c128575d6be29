import { describe, expect, test } from "vitest";
import { isOnRecord, nextAfter, type Verb } from "../../../functions/inbox/page/decisions.ts";
import { type Reply, refusalIn, refused } from "../../../functions/inbox/page/reply.ts";
import { aRequest } from "../../fixtures/builders.ts";
import { ana, asked, asPerson, assessed, bo, decided, reviewed } from "../../fixtures/entries.ts";
import { aDetail, waiting } from "./world.ts";

const problem = (status: number, code: string, members: object = {}): Reply<unknown> => ({
  ok: false,
  refusal: refusalIn(status, {
    code,
    detail: "A text that says approved, changed and alreadyReviewed.",
    ...members,
  }),
});

describe("what the page does after somebody decided", () => {
  test.each<[string, Reply<unknown>, object]>([
    ["it was taken", { ok: true, value: {} }, { kind: "recorded" }],
    ["it was taken the first time", problem(409, "alreadyReviewed"), { kind: "recorded" }],
    ["what was asked changed", problem(409, "changed"), { kind: "changed" }],
    ["what was answered was never asked", problem(400, "neverAsked"), { kind: "changed" }],
    [
      "somebody else decided: the page looks itself, and says who in the API's words",
      problem(409, "alreadyDecided"),
      { kind: "refused", sentence: "A text that says approved, changed and alreadyReviewed." },
    ],
    ["the time is over", problem(409, "deadlinePassed"), { kind: "refused" }],
    ["a reason is missing", problem(400, "reasonRequired"), { kind: "refused" }],
    ["the app cannot tell right now", problem(503, "tryLater"), { kind: "refused" }],
    [
      "the token has to prove more",
      problem(401, "claimsRequired", { claims: "{}" }),
      { kind: "signIn", claims: "{}" },
    ],
    ["the sign-in has ended", refused("signedOut", "Your sign-in has ended.", 401), { kind: "refused" }],
    ["no answer came", refused("unreachable", "The app does not answer."), { kind: "unknown" }],
    ["a gateway answered", { ok: false, refusal: refusalIn(502, null) }, { kind: "unknown" }],
    ["the app broke while it was at it", problem(500, "internal"), { kind: "unknown" }],
  ])("%s", (_what, reply, expected) => {
    expect(nextAfter(reply)).toMatchObject(expected);
  });
});

describe("whether a lost answer left something on record", () => {
  const before = aDetail();
  const mine = aRequest({}, assessed(), asked(), reviewed(ana)).ask?.reviews[0] ?? null;
  const decidedBy = (by: typeof ana, decision: "approve" | "reject" = "approve") =>
    aDetail(aRequest({}, assessed(), asked(), decided(decision, asPerson(by))), { mayReview: false });
  const again = { ...aDetail(), round: 2 };

  test.each<[string, Verb, ReturnType<typeof aDetail>, boolean]>([
    ["an approval that waits for another one", "approve", aDetail(waiting(), { review: mine }), true],
    ["an approval that decided", "approve", decidedBy(ana), true],
    ["nothing", "approve", before, false],
    ["somebody else's decision", "approve", decidedBy(bo), false],
    ["a rejection, but somebody approved meanwhile", "reject", decidedBy(bo), false],
    ["a rejection", "reject", decidedBy(ana, "reject"), true],
    ["a retry", "retry", again, true],
    ["no retry", "retry", before, false],
    ["a reopening", "reopen", again, true],
  ])("%s", (_what, verb, after, expected) => {
    expect(isOnRecord(verb, ana.oid, before, after)).toBe(expected);
  });

  test("a withdrawal is the review's being gone while the request still waits", () => {
    const reviewedByMe = aDetail(waiting(), { review: mine });

    expect(isOnRecord("withdraw", ana.oid, reviewedByMe, before)).toBe(true);
    expect(isOnRecord("withdraw", ana.oid, reviewedByMe, reviewedByMe)).toBe(false);
    expect(isOnRecord("withdraw", ana.oid, reviewedByMe, decidedBy(bo))).toBe(false);
  });
});
