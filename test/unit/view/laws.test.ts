import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayFollow } from "../../../shared/request/life.ts";
import {
  type AuditRecord,
  RECORD_KINDS,
  type RecordKind,
  recordKinds,
} from "../../../shared/request/record.ts";
import { requestSummary } from "../../../shared/search/summaries.ts";
import { UNPRINTABLE } from "../../../shared/text.ts";
import {
  rowOf,
  type Screen,
  type ScreenInput,
  screenOf,
  timelineOf,
  type Viewer,
} from "../../../shared/view/index.ts";
import { aConnection, aTrail, DAY, later, MINUTE } from "../../fixtures/builders.ts";
import { ana, anEntry, asPerson } from "../../fixtures/entries.ts";
import { factsOf, HOME } from "./world.ts";

/** Trails of records that may follow one another, whatever else they say. */
const trails = fc
  .tuple(
    fc.array(fc.nat(recordKinds.length - 1), { maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 40 }),
  )
  .map(([picks, text]) => {
    const kinds: RecordKind[] = [];
    let trail = aTrail({ connection: aConnection({ message: text }) });
    for (const pick of picks) {
      const possible = recordKinds.filter((kind) => mayFollow(trail.request.state, kind));
      const kind = possible[pick % possible.length];
      if (kind === undefined) break;
      kinds.push(kind);
      trail = aTrail(
        { connection: aConnection({ message: text }) },
        ...kinds.map((each) => hostile(each, text)),
      );
    }
    return trail;
  });

/** An entry of the kind with a stranger's words wherever words can stand. */
function hostile(kind: RecordKind, text: string) {
  const entry = { ...anEntry[kind] } as Record<string, unknown>;
  for (const member of ["sentence", "reason", "message", "because", "requestMessage", "hint", "code"])
    if (typeof entry[member] === "string") entry[member] = text;
  if (kind === "reviewed" || kind === "withdrawn") entry.actor = { ...asPerson(ana), name: text };
  return entry as (typeof anEntry)[RecordKind];
}

const viewers: fc.Arbitrary<Viewer> = fc.record({
  mayReview: fc.boolean(),
  code: fc.string(),
  because: fc.string({ unit: "binary" }),
  review: fc.option(
    fc.record({
      review: fc.constantFrom("approve" as const, "reject" as const),
      reason: fc.string({ unit: "binary" }),
      groups: fc.constant([]),
      by: fc.constant(asPerson(ana)),
      signInNames: fc.constant([]),
      authContexts: fc.constant([]),
      at: fc.constant(later(0)),
    }),
  ),
  mayWithdraw: fc.boolean(),
  mayReopen: fc.boolean(),
  mayRetry: fc.boolean(),
});

interface Case {
  readonly input: ScreenInput;
  readonly records: readonly AuditRecord[];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    trail: trails,
    viewer: fc.option(viewers),
    hasFacts: fc.boolean(),
    name: fc.string({ unit: "binary" }),
    afterMs: fc.integer({ min: -MINUTE, max: 3 * DAY }),
  })
  .map(({ trail: { request, records }, viewer, hasFacts, name, afterMs }) => ({
    records,
    input: {
      request: { ...request, consumerName: name },
      viewer,
      facts: hasFacts ? factsOf(request) : null,
      recent: [
        requestSummary({
          ...request,
          consumerName: name,
          id: request.id.replace(/.$/, "0") as typeof request.id,
        }),
      ],
      now: later(afterMs),
      homeTenant: HOME,
    },
  }));

/** Every text in a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const OBEYED = new RegExp(`${UNPRINTABLE.source}|\\p{Cs}`, "u");
const obeyedIn = (value: unknown): readonly string[] => textsIn(value).filter((text) => OBEYED.test(text));

describe("whatever happened to a request, and whoever looks at whatever moment", () => {
  test("there is a screen, a row and a timeline, and no text in them is obeyed by a screen", () => {
    fc.assert(
      fc.property(cases, ({ input, records }) => {
        const screen = screenOf(input);
        const row = rowOf(requestSummary(input.request), input.now);
        const timeline = timelineOf(records, input.now);

        expect(obeyedIn([screen, row, timeline])).toEqual([]);
        expect(timeline).toHaveLength(records.length);
        expect(row.status.word).toBe(screen.status.word);
      }),
    );
  });

  test("the status says something, in whole sentences", () => {
    fc.assert(
      fc.property(cases, ({ input }) => {
        expect(screenOf(input).status.sentence).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });

  test("nothing is enabled that the API does not allow, and what is not enabled says why", () => {
    fc.assert(
      fc.property(cases, ({ input }) => {
        const { viewer } = input;
        const { actions } = screenOf(input);

        const allowed: Record<keyof Screen["actions"], boolean> = {
          approve: viewer?.mayReview ?? false,
          reject: (viewer?.mayReview || viewer?.mayWithdraw) ?? false,
          withdraw: viewer?.mayWithdraw ?? false,
          retry: viewer?.mayRetry ?? false,
          reopen: viewer?.mayReopen ?? false,
        };
        for (const [name, action] of Object.entries(actions))
          expect(action.enabled && !allowed[name as keyof typeof allowed]).toBe(false);
        if (viewer === null) expect(Object.values(actions).some(({ enabled }) => enabled)).toBe(false);
      }),
    );
  });

  test("looking twice at the same shows the same", () => {
    fc.assert(
      fc.property(cases, ({ input }) => {
        expect(screenOf(input)).toEqual(screenOf(structuredClone(input)));
      }),
    );
  });
});

test("every kind of record was among what was looked at", () => {
  // Always the same: what is rare would be missing now and then.
  const sample = fc.sample(cases, { numRuns: 1_000, seed: 1 });
  const seen = new Set(sample.flatMap(({ records }) => records.map(({ kind }) => kind)));

  expect([...seen].toSorted()).toEqual(Object.keys(RECORD_KINDS).toSorted());
});
