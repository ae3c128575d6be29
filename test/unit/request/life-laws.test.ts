import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { project, ROUTE } from "../../../shared/request/life.ts";
import { AuditRecord, type Entry, recordKinds } from "../../../shared/request/record.ts";
import { ApprovalRequest, isAtRest } from "../../../shared/request/request.ts";
import { aRequest, aTrail, DAY, followed, later } from "../../fixtures/builders.ts";
import { anEntry, deferred } from "../../fixtures/entries.ts";

describe("laws of a request's life", () => {
  /** Any legal life: each number picks one of what may follow. */
  const lives = fc.array(fc.nat(), { maxLength: 60 }).map((picks) => {
    const entries: Entry[] = [];
    let request = aRequest({});
    for (const pick of picks) {
      const allowed = ROUTE[request.state];
      const kind = allowed[pick % allowed.length];
      if (kind === undefined) continue;
      entries.push(anEntry[kind]);
      request = followed(request, [anEntry[kind]]);
    }
    return entries;
  });

  test("whatever follows in whatever legal order, the request and its records are sound, and seq has no hole", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const { records, request } = aTrail({}, ...entries);

        expect(records.map(({ seq }) => seq)).toEqual(records.map((_record, index) => index + 1));
        expect(ApprovalRequest.parse(request)).toEqual(request);
        expect(request.seq).toBe(records.length);
        for (const record of records) AuditRecord.parse(record);
      }),
      { numRuns: 60 },
    );
  });

  test("a closed request stays closed with its outcome until it is reopened", () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(...recordKinds), (entries, kind) => {
        const request = aRequest({}, ...entries);

        if (request.state !== "closed") return;
        expect(request.outcome).not.toBeNull();
        if (kind !== "reopened") expect(() => followed(request, [anEntry[kind]])).toThrow();
        else expect(followed(request, [anEntry[kind]]).round).toBe(request.round + 1);
      }),
      { numRuns: 60 },
    );
  });

  test("a request is the sum of its records: read back, they give the same request", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const { records, request } = aTrail({}, ...entries);

        const again = records.slice(1).reduce((sum, record) => project(sum, record), aRequest({}));

        expect(again).toEqual(request);
      }),
      { numRuns: 60 },
    );
  });

  test("only a waiting request has a deadline, and it always has one", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const request = aRequest({}, ...entries);

        expect(request.deadline !== null).toBe(request.state === "waiting");
        expect(request.outcome !== null).toBe(request.state === "closed");
        if (request.state === "applying") expect(request.decision).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test("only a deferred request waits for a moment, and every request at rest can be woken by name", () => {
    fc.assert(
      fc.property(lives, fc.boolean(), (entries, hasEnd) => {
        const ending = entries.map((entry) =>
          entry.kind === "deferred" && hasEnd ? deferred(later(DAY)) : entry,
        );
        const { records, request } = aTrail({}, ...ending);

        if (request.state !== "deferred") expect(request.deferredUntil).toBeNull();
        else expect(request.deferredUntil).toBe(hasEnd ? later(DAY) : null);
        const begun = records.findLast(({ kind }) => kind === "asked" || kind === "deferred");
        if (isAtRest(request)) expect(request.askedSeq).toBe(begun?.seq);
      }),
      { numRuns: 60 },
    );
  });
});
