import { describe, expect, test } from "vitest";
import { received } from "../../../shared/approval/snapshot.ts";
import type { Fact } from "../../../shared/policy/facts.ts";
import { mayFollow, openRequest, writeDown } from "../../../shared/request/life.ts";
import {
  type Entry,
  outcomeOf,
  RECORD_KINDS,
  type RecordKind,
  recordKinds,
} from "../../../shared/request/record.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import type { RequestState } from "../../../shared/request/terms.ts";
import {
  aConnection,
  aPolicy,
  aRequest,
  aTrail,
  CONSUMER,
  DAY,
  followed,
  HOUR,
  inState,
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
  assessedAs,
  decided,
  deferred,
  failed,
  interrupted,
  reopened,
  resumed,
  reviewed,
  stranger,
  verified,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";

/** A request in each state, brought there by records. */
const inEachState: Readonly<Record<RequestState, ApprovalRequest>> = {
  assessing: aRequest({}),
  waiting: aRequest({}, assessed(), asked()),
  deferred: aRequest({}, assessed(), deferred()),
  applying: aRequest({}, assessed(), decided()),
  closed: aRequest({}, assessed(), decided(), applying(), applied(), verified()),
};

describe("the route", () => {
  test.each(recordKinds)("a request may be %s in just the states that its kind names", (kind) => {
    for (const before of Object.values(inEachState)) {
      const follow = () => followed(before, [anEntry[kind]]);

      if (mayFollow(before.state, kind)) expect(ApprovalRequest.parse(follow()).seq).toBe(before.seq + 1);
      else expect(follow).toThrow(`A request that is ${before.state} cannot be ${kind} (${before.id}).`);
    }
  });

  test("a refused record leaves the request as it was", () => {
    const before = structuredClone(inEachState.closed);

    expect(() => followed(inEachState.closed, [decided()])).toThrow();

    expect(inEachState.closed).toEqual(before);
  });
});

describe("what each record changes", () => {
  test("received: what was thought and said about the old message no longer counts", () => {
    const judged = aRequest({}, assessed(), asked(), reviewed(ana));

    const request = followed(judged, [anEntry.received], later(HOUR));

    expect(request).toMatchObject({
      state: "assessing",
      requestMessage: "another message",
      verdict: null,
      ask: null,
      decision: null,
      receivedAt: NINE,
      updatedAt: later(HOUR),
    });
  });

  test("received: the wait that it ends can still be named", () => {
    expect(followed(inEachState.waiting, [anEntry.received]).waitSeq).toBe(3);
  });

  test("asked: the wait is named after the record that began it", () => {
    expect(inEachState.waiting).toMatchObject({
      state: "waiting",
      waitSeq: 3,
      ask: { seq: 3, deadline: later(24 * HOUR), reviews: [] },
    });
  });

  test("deferred: the wait is named after the record that began it, and ends at its moment", () => {
    const request = aRequest({}, assessed(), deferred(later(DAY)));

    expect(request).toMatchObject({ state: "deferred", waitSeq: 3, deferral: { until: later(DAY) } });
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
      ask: null,
      deferral: null,
      decision: null,
      waitSeq: request.waitSeq,
      requestMessage: "for payments",
    });
  });

  test("policyChanged and assessed: another policy's word, and everything else as it was", () => {
    const request = followed(inEachState.waiting, [reviewed(ana)]);
    const policy = aPolicy(REJECTS);

    const after = followed(request, [anEntry.policyChanged, assessed(policy)]);

    const { verdict, policyHash } = after;
    expect({ verdict: verdict?.kind, policyHash }).toEqual({ verdict: "reject", policyHash: policy.hash });
    const { seq, head } = after;
    expect(after).toEqual({ ...request, verdict, policyHash, seq, head });
  });

  test.each<[Fact, string | null]>([
    [{ kind: "value", value: "payments-dev" }, "payments-dev"],
    [{ kind: "unknown", cause: "no rule uses it" }, "payments-weu"],
    [{ kind: "value", value: "\u200b \u3164" }, "payments-weu"],
  ])("assessed: the consumer is called as was found out last, not as %j", (name, expected) => {
    const first = assessedAs({ kind: "value", value: "payments-weu" });

    const { request } = aTrail({}, first, deferred(), resumed, assessedAs(name));

    expect(request.consumerName).toBe(expected);
  });

  test("distrusted: nobody knows what the consumer is called", () => {
    const named = assessedAs({ kind: "value", value: "payments-weu" });

    expect(aTrail({}, named, anEntry.distrusted).request.consumerName).toBeNull();
  });

  test("escalated: what is asked for from now on; deadline, reminders and the wait's name stay", () => {
    const requirement = aRequirement({ quorum: 2 });
    const { ask } = inState(inEachState.waiting, "waiting");

    const request = followed(inEachState.waiting, [{ ...anEntry.escalated, requirement } as Entry]);

    const { head } = request;
    const after = { ask: { ...ask, requirement }, audience: requirement, seq: 4, head };
    expect(request).toEqual({ ...inEachState.waiting, ...after });
  });

  test("requesterFound: those who are told hear no more that it is unknown who asked", () => {
    const request = aRequest({}, asked(aRequirement({ preventSelfReview: true })));

    const after = followed(request, [anEntry.requesterFound]);

    expect(after.audience).toEqual(aRequirement({ preventSelfReview: true, excludedReviewer: stranger.oid }));
  });

  test("decided: what people were asked and said is kept with the decision", () => {
    const { ask } = inEachState.waiting;

    expect(followed(inEachState.waiting, [decided()])).toMatchObject({ state: "applying", ask });
  });

  test("interrupted: a request at rest stays as it is, and the next record forgets it", () => {
    for (const before of [inEachState.waiting, inEachState.deferred]) {
      const once = followed(before, [interrupted(later(HOUR))]);
      const twice = followed(once, [interrupted(later(2 * HOUR))]);

      const { interruption, head } = once;
      expect(once).toEqual({ ...before, interruption, seq: before.seq + 1, head });
      expect(once.interruption).toMatchObject({ retryAt: later(HOUR), count: 1 });
      expect(twice.interruption).toMatchObject({ retryAt: later(2 * HOUR), count: 2 });
      expect(followed(twice, [anEntry.policyChanged]).interruption).toBeNull();
    }
  });

  test("interrupted: a review says nothing about whether the wait is looked after, so the count goes on", () => {
    const once = followed(inEachState.waiting, [interrupted(later(HOUR))]);

    const after = followed(once, [reviewed(ana), anEntry.withdrawn]);
    expect(after.interruption).toEqual(once.interruption);
  });

  test.each<[string, Entry[], object]>([
    ["verified as Approved", [decided(), verified("Approved")], { closure: { outcome: "approved" } }],
    ["verified as Rejected", [decided("reject"), verified("Rejected")], { closure: { outcome: "rejected" } }],
    ["failed", [failed()], { closure: { outcome: "failed", failure: { message: "No." } }, failures: 1 }],
    ["expired", [asked(), anEntry.expired], { closure: { outcome: "expired", failure: null } }],
    ["superseded", [anEntry.superseded], { closure: { outcome: "superseded" } }],
    ["refused", [anEntry.refused], { closure: { outcome: "refused" } }],
  ])("%s: closed, with its outcome", (_name, entries, expected) => {
    expect(aRequest({}, ...entries)).toMatchObject({ state: "closed", deferral: null, ...expected });
    expect(aRequest({}, ...entries).closure?.at).toBe(NINE);
  });

  test.each(Object.entries(inEachState))(
    "distrusted: nothing that was thought and said while it was %s counts any more",
    (_state, before) => {
      const after = followed(before, [anEntry.distrusted]);

      const { closure, failures, head } = after;
      expect(closure).toMatchObject({ outcome: "failed", failure: { code: "RecordsAltered" } });
      const nothing = { verdict: null, ask: null, deferral: null, decision: null };
      const { seq } = after;
      expect(after).toEqual({ ...before, state: "closed", ...nothing, closure, failures, head, seq });
      expect(failures).toBe(before.failures + 1);
    },
  );

  test("reopened to assess: a new round, as if nothing had been thought or said", () => {
    const request = aRequest({}, assessed(), asked(), reviewed(ana), anEntry.expired, reopened("assessing"));

    expect(request).toMatchObject({
      state: "assessing",
      round: 2,
      closure: null,
      ask: null,
      audience: null,
      waitSeq: null,
      seq: 6,
    });
  });

  test("reopened to apply: people's decision stands, the intent does not", () => {
    const entries = [asked(), reviewed(ana), decided("approve", anEntry.reviewed.actor), applying()];

    const request = aRequest({}, ...entries, failed(), reopened("applying"));

    expect(request).toMatchObject({
      state: "applying",
      round: 2,
      ask: { reviews: [{ by: { name: "Ana" } }] },
      application: null,
      closure: null,
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
      received({ connectionId, clusterId, privateEndpointId, source: "event" }, ""),
      NINE,
      SEALS,
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
  ["interrupted", null],
  ["failed", "failed"],
  ["distrusted", "failed"],
  ["expired", "expired"],
  ["superseded", "superseded"],
  ["refused", "refused"],
  ["reopened", null],
])("a record that is %s closes with %s", (kind, outcome) => {
  const [state = "closed"] = RECORD_KINDS[kind].follows;
  const [record] = writeDown(inEachState[state], [anEntry[kind]], NINE, SEALS).records;

  expect(record && outcomeOf(record)).toBe(outcome);
});
