import { describe, expect, test } from "vitest";
import type { RequestEvent } from "../../../../shared/notify/channel.ts";
import { EVERYTHING, EventFilterText, wants } from "../../../../shared/notify/events/filter.ts";
import { eventKindOf } from "../../../../shared/notify/events/kinds.ts";
import { aClusterId } from "../../../fixtures/builders.ts";
import { applied, applying, assessed, decided, verified } from "../../../fixtures/entries.ts";
import { eventsOf, oneOfEachKind } from "../../../fixtures/request-events.ts";

const wanted = (text: string, of: readonly RequestEvent[] = oneOfEachKind) =>
  of.filter(({ record }) => wants(EventFilterText.parse(text), record)).map(({ record }) => record.kind);

const approved = eventsOf(assessed(), decided(), applying(), applied(), verified());

describe("a filter", () => {
  test("that is not there wants everything of which others are told", () => {
    const all = oneOfEachKind.filter(({ record }) => wants(EVERYTHING, record));

    expect(all.length).toBeGreaterThan(10);
    expect(all.every(({ record }) => eventKindOf(record) !== null)).toBe(true);
  });

  test.each<[string, string[]]>([
    ["kind=asked", ["asked"]],
    ["kind=asked,reopened", ["asked", "reopened"]],
    ["kind=asked&kind=reopened", ["asked", "reopened"]],
    ["kind=closed", ["verified", "failed", "distrusted", "expired", "superseded", "refused"]],
    ["outcome=failed", ["failed", "distrusted"]],
    ["outcome=approved", ["decided", "verified"]],
    ["kind=closed&outcome=approved,expired", ["verified", "expired"]],
    ["outcome=rejected", []],
    ["kind=asked&outcome=approved", []],
    ["kind=asked&cluster=aks-prod", ["asked"]],
    ["kind=asked&cluster=AKS-Prod", ["asked"]],
    [`kind=asked&cluster=${aClusterId()}`, ["asked"]],
    [`kind=asked&cluster=aks-dev,${aClusterId()}`, ["asked"]],
    ["kind=asked&cluster=aks-dev", []],
    ["kind=asked&cluster=aks", []],
    [`kind=asked&cluster=${aClusterId("aks-prod", "rg-other")}`, []],
  ])("%s", (text, expected) => {
    expect(wanted(text)).toEqual(expected);
  });

  test("by outcome takes what sets out for it and what comes to it", () => {
    expect(wanted("outcome=approved", approved)).toEqual(["decided", "verified"]);
  });

  test.each<[string, RegExp]>([
    ["", /must be a query string/],
    ["kinds=asked", /has "kinds", which is none of kind, cluster, outcome/],
    ["kind=asked&__proto__=x", /has "__proto__"/],
    ["kind=ask", /has kind "ask", which must be one of received, asked, /],
    ["kind=", /has kind without a value/],
    ["kind=asked,verified", /has kind "verified"/],
    ["outcome=approve", /has outcome "approve", which must be one of approved, /],
    ["cluster=a/b", /has cluster "a\/b", which must be the name or the ARM id of a cluster/],
    ["asked", /has "asked"/],
  ])("%j is refused with a sentence", (text, message) => {
    const { error } = EventFilterText.safeParse(text);

    expect(error?.issues[0]?.message).toMatch(message);
    expect(error?.issues[0]?.message).toContain("kind=decided,closed&cluster=aks-prod&outcome=approved");
  });
});
