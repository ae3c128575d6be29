import { describe, expect, test } from "vitest";
import type { Entry } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Search } from "../../../shared/search/port.ts";
import { requestSummary } from "../../../shared/search/summaries.ts";
import { requestTerms } from "../../../shared/search/terms.ts";
import { troubledIn } from "../../../shared/search/troubled.ts";
import { TROUBLE_ADVICE } from "../../../shared/view/index.ts";
import { aConnection, aConnectionId, aRequest } from "../../fixtures/builders.ts";
import {
  anEntry,
  asked,
  assessed,
  decided,
  delayed,
  failed,
  found,
  interrupted,
  missing,
  verified,
} from "../../fixtures/entries.ts";

/** Finds requests by their terms, those that stand first at first. */
function searchIn(...all: readonly ApprovalRequest[]): Pick<Search, "requests"> {
  return {
    requests: async ({ terms, limit }) => {
      const met = all.filter((request) => terms.every((term) => requestTerms(request).includes(term)));
      return {
        items: met.slice(0, limit).map(requestSummary),
        nextCursor: met.length > limit ? "the rest" : null,
      };
    },
  };
}

const named = (name: string, ...entries: readonly Entry[]): ApprovalRequest =>
  aRequest({ connection: aConnection({ id: aConnectionId(name) }) }, ...entries);

describe("what is in trouble", () => {
  test("is what failed, cannot be looked after, is not shown, or has to wait, in this order", async () => {
    const all = [
      named("waits", assessed(), asked()),
      named("late", delayed()),
      named("gone", assessed(), asked(), missing),
      named("stuck", assessed(), asked(), interrupted()),
      named("broken", failed()),
      named("done", decided(), verified()),
    ];

    const troubled = await troubledIn(searchIn(...all));

    const [, late, gone, stuck, broken] = all.map(({ id }) => id);
    expect(
      troubled.map(({ trouble, requests, isMore }) => [trouble, requests.map(({ id }) => id), isMore]),
    ).toEqual([
      ["failed", [broken], false],
      ["interrupted", [stuck], false],
      ["missing", [gone], false],
      ["delayed", [late], false],
    ]);
  });

  test.each<[string, readonly Entry[]]>([
    ["went on after a delay", [delayed(), assessed(), asked()]],
    ["is shown again", [assessed(), asked(), missing, found]],
    ["closed because it stayed away", [missing, anEntry.superseded]],
  ])("is not what %s", async (_what, entries) => {
    expect(await troubledIn(searchIn(named("well", ...entries)))).toEqual([]);
  });

  test("is told of five of a kind, and that there are more", async () => {
    const many = Array.from({ length: 6 }, (_, n) => named(`late-${n}`, delayed()));

    const [troubled] = await troubledIn(searchIn(...many));

    expect(troubled).toMatchObject({ trouble: "delayed", isMore: true });
    expect(troubled?.requests.map(({ id }) => id)).toEqual(many.slice(0, 5).map(({ id }) => id));
  });

  test("stands in the list as such, with a word on what to do for each kind", async () => {
    const [troubled] = await troubledIn(searchIn(named("gone", missing)));

    expect(troubled?.requests[0]?.trouble).toBe("missing");
    expect(Object.keys(TROUBLE_ADVICE)).toEqual(["failed", "interrupted", "missing", "delayed"]);
  });
});
