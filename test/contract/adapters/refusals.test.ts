import { describe, expect, test } from "vitest";
import { statusOf } from "../../../functions/kit/problem.ts";
import {
  notReassessedProblem,
  reopenProblem,
  retryProblem,
  reviewProblem,
} from "../../../functions/kit/refusals.ts";
import type { ReopenRefusal } from "../../../shared/approval/reopen.ts";
import type { RetryRefusal } from "../../../shared/approval/retry.ts";
import type { ReviewRefusal } from "../../../shared/approval/review.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { later } from "../../fixtures/builders.ts";

describe("what a person is told whose review does not count", () => {
  test.each<[ReviewRefusal, string, string]>([
    [
      { code: "notAnApprover" },
      "403 You may not do this",
      "Your token lists none of the groups that were asked about this request.",
    ],
    [
      { code: "tooManyGroups" },
      "403 You may not do this",
      "You are in more groups than a token can list, so yours lists none, and nobody can tell what you are asked. Ask an administrator to have tokens list only the groups that are assigned to this app.",
    ],
    [
      { code: "selfReview" },
      "403 You may not do this",
      "You asked for this connection yourself; another approver must review it.",
    ],
    [
      { code: "claimsRequired", contexts: ["c1"] },
      "401 Sign in again, with more proof",
      "The policy wants a stronger sign-in for this: sign in again, with c1.",
    ],
    [
      { code: "claimsRequired", contexts: ["c1", "c2"] },
      "401 Sign in again, with more proof",
      "The policy wants a stronger sign-in for this: sign in again, with c1 and c2.",
    ],
    [
      { code: "reasonRequired" },
      "400 The request cannot be understood",
      "In the body: reason must say why: the policy demands it here.",
    ],
    [
      { code: "alreadyDecided", decision: "reject", by: "Ana", at: later(0) },
      "409 The request is decided",
      "It was decided already: reject, by Ana at 2026-03-02 09:00 UTC.",
    ],
    [
      { code: "alreadyReviewed" },
      "409 You have reviewed this request",
      "Your review counts already; the request waits for others. Until it is decided you may reject, or withdraw your review.",
    ],
    [
      { code: "notReviewed" },
      "409 You have not reviewed this request",
      "There is no review of yours to withdraw.",
    ],
    [
      { code: "changed", asked: 6 },
      "409 What is asked has changed",
      "What is asked has changed since you looked: read the request again, then review it with asked 6.",
    ],
    [
      { code: "neverAsked", asked: 6 },
      "400 The request cannot be understood",
      "In the body: asked must be the number of the record that asks, ask.seq of the request; it is 6.",
    ],
    [
      { code: "deadlinePassed", deadline: later(0) },
      "409 The time to answer is over",
      "The time to answer was over at 2026-03-02 09:00 UTC.",
    ],
    [
      { code: "notWaiting", state: "assessing" },
      "409 The request does not wait for a review",
      "The request does not wait for people; it is assessing.",
    ],
    [
      { code: "notWaiting", state: "expired" },
      "409 The request does not wait for a review",
      "The request does not wait for people; it is expired. Reopen it to be asked again.",
    ],
  ])("%j", (refusal, problem, detail) => {
    const { kind, code, message } = reviewProblem(refusal);

    const { status, title } = statusOf(kind);
    expect({ problem: `${status} ${title}`, detail: message }).toEqual({ problem, detail });
    expect(code).toBe(refusal.code);
  });
});

test.each(["notAnApprover", "tooManyGroups"] as const)(
  "who may not reopen or retry is told so with the same code: %s",
  (code) => {
    expect([reopenProblem({ code }).code, retryProblem({ code }).code]).toEqual([code, code]);
  },
);

test("whose review cannot be taken for now is told to try again", () => {
  const { kind, message } = notReassessedProblem(
    new Fault("FORBIDDEN", "Not shown.", { armCode: "AuthorizationFailed" }),
  );

  expect(statusOf(kind).status).toBe(503);
  expect(message).toBe(
    "Another policy is in force than the one that asked you, and it cannot judge the request for now (AuthorizationFailed). Your review does not count; try again.",
  );
});

test("whose review cannot be taken because a new policy is about to reject is told when it does", () => {
  const { message } = notReassessedProblem(new Fault("HELD", "It rejects this, though not before noon."));

  expect(message).toBe(
    "Another policy is in force than the one that asked you. It rejects this, though not before noon. Your review does not count.",
  );
});

describe("what a person is told who may not reopen a request", () => {
  test.each<[ReopenRefusal, number, RegExp]>([
    [{ code: "notAnApprover" }, 403, /^Your token lists none of the groups/],
    [
      { code: "notExpired", state: "deferred" },
      409,
      /^Only a request that expired can be reopened; this one is deferred\.$/,
    ],
    [{ code: "notExpired", state: "failed" }, 409, /; this one is failed\. Have it tried again\.$/],
  ])("%j", (refusal, status, detail) => {
    const { kind, message } = reopenProblem(refusal);

    expect(statusOf(kind).status).toBe(status);
    expect(message).toMatch(detail);
  });
});

describe("what a person is told who may not have a request tried again", () => {
  test.each<[RetryRefusal, number, RegExp]>([
    [{ code: "notAnApprover" }, 403, /^Your token lists none of the groups/],
    [
      { code: "notFailed", state: "approved" },
      409,
      /^Only a request that failed can be tried again; this one is approved\.$/,
    ],
    [{ code: "notFailed", state: "expired" }, 409, /; this one is expired\. Reopen it to be asked again\.$/],
  ])("%j", (refusal, status, detail) => {
    const { kind, message } = retryProblem(refusal);

    expect(statusOf(kind).status).toBe(status);
    expect(message).toMatch(detail);
  });
});
