import { describe, expect, test } from "vitest";
import { instant } from "../../../shared/connection/connection.ts";
import { requestSummary } from "../../../shared/search/summaries.ts";
import { waitsFor } from "../../../shared/search/waits-for.ts";
import { aRequest, NINE } from "../../fixtures/builders.ts";
import { ana, aRequirement, asked, bo, decided, reviewed, stranger } from "../../fixtures/entries.ts";

const two = aRequirement({ quorum: 2 });

describe("a request waits for", () => {
  test.each([
    ["somebody who is asked", ana, [asked()], true],
    [
      "somebody whose token spells the group otherwise",
      { ...ana, groups: ana.groups.map((id) => id.toUpperCase()) },
      [asked()],
      true,
    ],
    ["nobody who is not asked", stranger, [asked()], false],
    ["nobody who has reviewed", ana, [asked(two), reviewed(ana)], false],
    ["the others then", bo, [asked(two), reviewed(ana)], true],
    ["nobody who asked for the connection", ana, [asked(aRequirement({ excludedReviewer: ana.oid }))], false],
    [
      "the others, where one asked for the connection",
      bo,
      [asked(aRequirement({ excludedReviewer: ana.oid }))],
      true,
    ],
    ["nobody once it is decided", bo, [asked(), reviewed(ana), decided()], false],
    ["nobody before anybody is asked", ana, [], false],
  ] as const)("%s", (_who, person, entries, waits) => {
    expect(waitsFor(person, requestSummary(aRequest({}, ...entries)), NINE)).toBe(waits);
  });

  test("nobody from its deadline on, since no review is taken any more", () => {
    const request = aRequest({}, asked());
    const deadline = Date.parse(request.ask?.deadline ?? "");

    const waits = [-1, 0, 1].map((ms) => waitsFor(ana, requestSummary(request), instant(deadline + ms)));

    expect(waits).toEqual([true, false, false]);
  });
});
