import { describe, expect, test } from "vitest";
import { writeDown } from "../../../shared/request/life.ts";
import type { Entry } from "../../../shared/request/record.ts";
import { Closing, closingOf } from "../../../shared/search/closing.ts";
import { aPolicy, aTrail, HOUR, later } from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  applying,
  aRequirement,
  asked,
  asPerson,
  assessed,
  bo,
  decided,
  reviewed,
  reviewedByTickets,
  TICKETS,
  verified,
} from "../../fixtures/entries.ts";
import { SEALS } from "../../fixtures/seals.ts";

const two = aRequirement({ quorum: 2 });
const by = (person: typeof ana, decision: "approve" | "reject" = "approve") =>
  decided(decision, asPerson(person));
const named = ({ oid, name }: typeof ana) => ({ oid, name });

describe("how a request closes", () => {
  test.each<[string, readonly Entry[], object | null]>([
    ["it does not", [assessed(), asked()], null],
    [
      "by a rule",
      [assessed(), decided(), applying(), verified()],
      { outcome: "approved", by: "policy", rules: ["payments"], askedBy: [], people: [] },
    ],
    [
      "by two people",
      [assessed(aPolicy()), asked(two), reviewed(ana), reviewed(bo), by(bo), applying(), verified()],
      { outcome: "approved", by: "people", rules: [], askedBy: ["default"], people: [named(ana), named(bo)] },
    ],
    [
      "by one who rejects what another one approved",
      [assessed(), asked(two), reviewed(ana), reviewed(bo, "reject"), by(bo, "reject"), verified("Rejected")],
      { outcome: "rejected", by: "people", people: [named(bo)] },
    ],
    [
      "by an integration that said the last word, with the person who said another",
      [
        assessed(aPolicy()),
        asked(two),
        reviewed(ana),
        reviewedByTickets,
        decided("approve", TICKETS),
        applying(),
        verified(),
      ],
      { outcome: "approved", by: "integrations", rules: [], people: [named(ana)] },
    ],
    [
      "by nobody, though one had approved",
      [assessed(aPolicy()), asked(two), reviewed(ana), anEntry.expired],
      { outcome: "expired", by: null, askedBy: ["default"], people: [], decidedAfterMs: null },
    ],
  ])("%s", (_how, entries, closing) => {
    const found = closingOf(aTrail({}, ...entries));

    if (closing === null) expect(found).toBeNull();
    else expect(found).toMatchObject(closing);
  });

  test("that was stored before it was kept who had people asked, can be read", () => {
    const { askedBy: _none, ...before } = { ...closingOf(aTrail({}, assessed(), anEntry.superseded)) };

    expect(Closing.parse(before)).toEqual({ ...before, askedBy: [] });
  });

  test("is told with the time that the decision took, not the time until the end", () => {
    const { request } = aTrail({}, assessed(), asked());
    const after = writeDown(request, [reviewed(ana), by(ana)], later(HOUR), SEALS);
    const end = writeDown(after.request, [applying(), verified()], later(3 * HOUR), SEALS);

    expect(closingOf(end)).toMatchObject({ at: later(3 * HOUR), decidedAfterMs: HOUR });
  });
});
