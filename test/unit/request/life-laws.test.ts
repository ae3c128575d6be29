import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayFollow, sumOf } from "../../../shared/request/life.ts";
import { noticeOf } from "../../../shared/request/notice.ts";
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
      const { state } = request;
      const allowed = recordKinds.filter((kind) => mayFollow(state, kind));
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

  test("a closed request stays closed with its outcome until it is reopened, or found to be altered", () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(...recordKinds), (entries, kind) => {
        const request = aRequest({}, ...entries);

        if (request.state !== "closed") return;
        expect(request.closure).not.toBeNull();
        if (kind === "distrusted") expect(followed(request, [anEntry[kind]]).state).toBe("closed");
        else if (kind !== "reopened") expect(() => followed(request, [anEntry[kind]])).toThrow();
        else expect(followed(request, [anEntry[kind]]).round).toBe(request.round + 1);
      }),
      { numRuns: 60 },
    );
  });

  test("a request is the sum of its records: read back, they give the same request", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const { records, request } = aTrail({}, ...entries);

        expect(sumOf(records)).toEqual(request);
      }),
      { numRuns: 60 },
    );
  });

  test("what a state does not know is null in it, and what it needs is there", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const { state, ask, deferral, decision, closure } = aRequest({}, ...entries);

        if (state === "waiting") expect(ask).not.toBeNull();
        if (state === "assessing" || state === "deferred") expect(ask).toBeNull();
        if (state === "applying") expect(decision).not.toBeNull();
        else if (state !== "closed") expect(decision).toBeNull();
        expect(deferral !== null).toBe(state === "deferred");
        expect(closure !== null).toBe(state === "closed");
      }),
      { numRuns: 60 },
    );
  });

  test("a failure closes only what is not at rest: neither a question nor a review is lost to it", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const request = aRequest({}, ...entries);
        if (!isAtRest(request)) return;

        expect(mayFollow(request.state, "failed")).toBe(false);
        const { ask, deferral, state } = followed(request, [anEntry.interrupted]);
        expect({ ask, deferral, state }).toEqual({
          ask: request.ask,
          deferral: request.deferral,
          state: request.state,
        });
      }),
      { numRuns: 60 },
    );
  });

  test("people hear of a question's end exactly once: closed, withdrawn, or asked again", () => {
    fc.assert(
      fc.property(lives, (entries) => {
        const { records } = aTrail({}, ...entries);
        let isOpen = false;
        records.forEach((record, index) => {
          if (index === 0) return;
          const before = sumOf(records.slice(0, index));
          const kind = noticeOf(before, record);
          expect(before.audience !== null).toBe(isOpen);
          if (kind === "closed" || kind === "withdrawn") expect(isOpen).toBe(true);
          isOpen = sumOf(records.slice(0, index + 1)).audience !== null;
          if (kind === "withdrawn") expect(isOpen).toBe(false);
          if (kind === "asked") expect(isOpen).toBe(true);
        });
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

        if (request.state !== "deferred") expect(request.deferral).toBeNull();
        else expect(request.deferral.until).toBe(hasEnd ? later(DAY) : null);
        const begun = records.findLast(({ kind }) => kind === "asked" || kind === "deferred");
        if (isAtRest(request)) expect(request.waitSeq).toBe(begun?.seq);
      }),
      { numRuns: 60 },
    );
  });
});
