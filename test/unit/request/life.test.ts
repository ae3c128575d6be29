import { describe, expect, test } from "vitest";
import { received } from "../../../shared/approval/snapshot.ts";
import { openRequest, outcomeOf, ROUTE, writeDown } from "../../../shared/request/life.ts";
import { type Entry, type RecordKind, recordKinds } from "../../../shared/request/record.ts";
import { ApprovalRequest, type RequestState } from "../../../shared/request/request.ts";
import {
  aConnection,
  aPolicy,
  aRequest,
  aTrail,
  CONSUMER,
  DAY,
  followed,
  HOUR,
  later,
  NINE,
  REJECTS,
} from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applied,
  applying,
  aRequirement,
  asked,
  assessed,
  decided,
  deferred,
  failed,
  reopened,
  resumed,
  reviewed,
  verified,
} from "../../fixtures/entries.ts";

/** A request in each state, brought there by records. */
const standing: Readonly<Record<RequestState, ApprovalRequest>> = {
  assessing: aRequest({}),
  waiting: aRequest({}, assessed(), asked()),
  deferred: aRequest({}, assessed(), deferred()),
  applying: aRequest({}, assessed(), decided()),
  closed: aRequest({}, assessed(), decided(), applying(), applied(), verified()),
};

/** What may follow in each state, written again by hand. */
const MAY_FOLLOW: Readonly<Record<RequestState, readonly RecordKind[]>> = {
  assessing: [
    "received",
    "assessed",
    "asked",
    "deferred",
    "decided",
    "refused",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  waiting: [
    "received",
    "policyChanged",
    "assessed",
    "resumed",
    "reminded",
    "escalated",
    "reviewed",
    "decided",
    "expired",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  deferred: [
    "received",
    "policyChanged",
    "assessed",
    "resumed",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  applying: [
    "received",
    "policyChanged",
    "resumed",
    "applying",
    "applied",
    "verified",
    "superseded",
    "failed",
  ],
  closed: ["reopened"],
};

const states = Object.keys(MAY_FOLLOW) as RequestState[];

describe("the route", () => {
  const pairs = states.flatMap((state) =>
    recordKinds.map((kind) => [state, kind, MAY_FOLLOW[state].includes(kind)] as const),
  );

  test.each(pairs)("a request that is %s may be %s: %s", (state, kind, isAllowed) => {
    const before = standing[state];
    expect(before.state).toBe(state);

    const follow = () => followed(before, [anEntry[kind]]);

    if (isAllowed) expect(ApprovalRequest.parse(follow()).seq).toBe(before.seq + 1);
    else expect(follow).toThrow(`A request that is ${state} cannot be ${kind} (${before.id}).`);
  });

  test("says the same", () => {
    expect(ROUTE).toEqual(MAY_FOLLOW);
  });

  test("a refused record leaves the request as it was", () => {
    const before = structuredClone(standing.closed);

    expect(() => followed(standing.closed, [decided()])).toThrow();

    expect(standing.closed).toEqual(before);
  });
});

describe("what each record changes", () => {
  test("received: what was thought and said about the old message counts no more", () => {
    const judged = aRequest({}, assessed(), asked(), reviewed(ana));

    const request = followed(judged, [anEntry.received], later(HOUR));

    expect(request).toMatchObject({
      state: "assessing",
      requestMessage: "another message",
      verdict: null,
      requirement: null,
      deadline: null,
      remindAt: null,
      reviews: [],
      decision: null,
      receivedAt: NINE,
      updatedAt: later(HOUR),
    });
  });

  test("received: the wait that it ends can still be named", () => {
    expect(followed(standing.waiting, [anEntry.received]).askedSeq).toBe(3);
  });

  test("asked: the wait is named after the record that began it", () => {
    expect(standing.waiting).toMatchObject({ state: "waiting", askedSeq: 3, deadline: later(24 * HOUR) });
  });

  test("deferred: the wait is named after the record that began it, and ends at its moment", () => {
    const request = aRequest({}, assessed(), deferred(later(DAY)));

    expect(request).toMatchObject({ state: "deferred", askedSeq: 3, deferredUntil: later(DAY) });
  });

  test.each<[string, Entry[]]>([
    ["waiting", [asked(), reviewed(ana)]],
    ["deferred", [deferred(later(DAY))]],
    ["applying", [decided()]],
  ])("resumed: nothing that was thought or said while it was %s counts", (_state, entries) => {
    const request = aRequest({}, assessed(), ...entries);

    expect(followed(request, [resumed])).toMatchObject({
      state: "assessing",
      verdict: null,
      requirement: null,
      deadline: null,
      remindAt: null,
      deferredUntil: null,
      reviews: [],
      decision: null,
      askedSeq: request.askedSeq,
      requestMessage: "for payments",
    });
  });

  test("policyChanged and assessed: another policy's word, and everything else as it was", () => {
    const request = followed(standing.waiting, [reviewed(ana)]);
    const policy = aPolicy(REJECTS);

    const after = followed(request, [anEntry.policyChanged, assessed(policy)]);

    const { verdict, policyHash } = after;
    expect({ verdict: verdict?.kind, policyHash }).toEqual({ verdict: "reject", policyHash: policy.hash });
    const { seq } = after;
    expect(after).toEqual({ ...request, verdict, policyHash, seq });
  });

  test("escalated: what is asked for from now on; deadline, reminders and the wait's name stay", () => {
    const requirement = aRequirement({ quorum: 2 });
    const request = followed(standing.waiting, [{ ...anEntry.escalated, requirement } as Entry]);

    expect(request).toEqual({ ...standing.waiting, requirement, lastAsked: requirement, seq: 4 });
  });

  test("decided: nothing is due any more", () => {
    expect(followed(standing.waiting, [decided()])).toMatchObject({
      state: "applying",
      deadline: null,
      remindAt: null,
    });
  });

  test.each<[string, Entry[], Partial<ApprovalRequest>]>([
    ["verified as Approved", [decided(), verified("Approved")], { outcome: "approved" }],
    ["verified as Rejected", [decided("reject"), verified("Rejected")], { outcome: "rejected" }],
    ["failed", [failed()], { outcome: "failed", failures: 1 }],
    ["expired", [asked(), anEntry.expired], { outcome: "expired", deadline: null, remindAt: null }],
    ["superseded", [anEntry.superseded], { outcome: "superseded" }],
    ["refused", [anEntry.refused], { outcome: "refused" }],
  ])("%s: closed, with its outcome", (_name, entries, expected) => {
    expect(aRequest({}, ...entries)).toMatchObject({ state: "closed", closedAt: NINE, ...expected });
  });

  test("reopened to assess: a new round, as if nothing had been thought or said", () => {
    const request = aRequest({}, assessed(), asked(), reviewed(ana), anEntry.expired, reopened("assessing"));

    expect(request).toMatchObject({
      state: "assessing",
      round: 2,
      outcome: null,
      closedAt: null,
      reviews: [],
      requirement: null,
      askedSeq: null,
      seq: 6,
    });
  });

  test("reopened to apply: people's decision stands, the intent does not", () => {
    const entries = [asked(), reviewed(ana), decided("approve", anEntry.reviewed.actor), applying()];

    const request = aRequest({}, ...entries, failed(), reopened("applying"));

    expect(request).toMatchObject({
      state: "applying",
      round: 2,
      intent: null,
      applied: false,
      failure: null,
      failures: 1,
      decision: { decision: "approve", by: { name: "Ana" } },
    });
  });
});

describe("openRequest", () => {
  test("knows from the first record on whom it is about", () => {
    const { records, request } = aTrail({});

    expect(records).toEqual([
      expect.objectContaining({ kind: "received", seq: 1, consumerSubscription: CONSUMER, at: NINE }),
    ]);
    expect(request).toMatchObject({ state: "assessing", round: 1, seq: 1, requestMessage: "for payments" });
  });

  test("a connection whose endpoint ARM does not name has no consumer", () => {
    const connection = aConnection({ endpoint: null });
    const { privateEndpointId, clusterId, id: connectionId } = connection;

    const { request } = openRequest(
      connection,
      "event",
      received({ connectionId, clusterId, privateEndpointId, source: "event" }, ""),
      NINE,
    );

    expect(request).toMatchObject({ privateEndpointId: null, consumerSubscription: null, source: "event" });
  });
});

test.each<[RecordKind, string | null]>([
  ["received", null],
  ["assessed", null],
  ["deferred", null],
  ["policyChanged", null],
  ["resumed", null],
  ["asked", null],
  ["escalated", null],
  ["reminded", null],
  ["reviewed", null],
  ["decided", null],
  ["applying", null],
  ["applied", null],
  ["verified", "approved"],
  ["failed", "failed"],
  ["expired", "expired"],
  ["superseded", "superseded"],
  ["refused", "refused"],
  ["reopened", null],
])("a record that is %s closes with %s", (kind, outcome) => {
  const state = states.find((name) => ROUTE[name].includes(kind)) ?? "closed";
  const [record] = writeDown(standing[state], [anEntry[kind]], NINE).records;

  expect(record && outcomeOf(record)).toBe(outcome);
});
