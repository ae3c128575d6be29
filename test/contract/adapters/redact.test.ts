import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explained, explanationOf } from "../../../functions/kit/explanation.ts";
import { seesAll } from "../../../functions/kit/redact.ts";
import { givenFacts } from "../../../shared/facts/given.ts";
import type { Fact } from "../../../shared/policy/facts.ts";
import { describeVerdict, explain, renderVerdict } from "../../../shared/policy/index.ts";
import { AuditRecord, recordKinds } from "../../../shared/request/record.ts";
import { redacted } from "../../../shared/request/redacted.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import { recordSummary, requestSummary } from "../../../shared/search/summaries.ts";
import { aCluster, aConnection, aPolicy, aRequest, aTrail, NINE } from "../../fixtures/builders.ts";
import { ana, anEntry, asked, asPerson, assessed, reviewed } from "../../fixtures/entries.ts";

const UPN = "ana.secret@contoso.com";
const TAG = "s3cret-tag";
const REQUESTER_ID = "5ec2e7ab-0000-4000-8000-000000000000";
const SECRETS = [UPN, "ana.secret", TAG];

/** A policy that looks at everything personal, and so says what it saw. */
const curious = aPolicy(
  "{ name: by-tag, when: { cluster: { tags: { owner: platform }, name: aks-* } }, then: approve }",
  "{ name: by-consumer, when: { consumer: { tags: { 'a.b \"c': platform } }, endpoint: { name: pe-* } }, then: approve }",
  "{ name: by-person, when: { requester: 'bo@*', endpoint: { name: pe-* } }, then: approve }",
  `{ name: not-tagged, when: { cluster: { name: aks-* } }, unless: [{ cluster: { tags: { owner: ${TAG.slice(0, 6)}* } } }], then: approve }`,
);
const tags = { kind: "value", value: { owner: TAG, 'a.b "c': `${TAG}" and more` } } as const;
const person = (value: string) => ({ kind: "value", value }) as const;
const unread: Fact = { kind: "unknown", cause: "403" };
const facts = (() => {
  const given = givenFacts({ request: aRequest({}), cluster: aCluster({ tags: { owner: TAG } }), at: NINE });
  return {
    ...given,
    consumer: { ...given.consumer, tags },
    cluster: { ...given.cluster, tags },
    requester: person(UPN),
    requesterId: person(REQUESTER_ID),
  };
})();
const verdict = explain(curious, facts);

const secretive = { ...asPerson(ana), name: UPN };
const trail = aTrail(
  { connection: aConnection({ message: `for ${UPN}, please` }) },
  { ...assessed(), verdict, facts, sentence: describeVerdict(verdict) } as never,
  asked(),
  {
    ...reviewed(ana),
    actor: secretive,
    reason: `as <${UPN}> asked`,
    signInNames: [UPN],
    sentence: `"${UPN}" (0000…) approves.`,
  } as never,
);

/** Whether something secret is in it, however it is written. */
const leaks = (shown: unknown): string[] =>
  SECRETS.filter((secret) => JSON.stringify(shown).includes(secret));

describe("a reader sees no sign-in name and no tag", () => {
  test("which are there to be seen", () => {
    expect(leaks(trail).toSorted()).toEqual(SECRETS.toSorted());
    expect(leaks(renderVerdict(verdict))).toContain(TAG);
    expect(leaks(describeVerdict(verdict))).toContain(TAG);
  });

  test("in a trail with its explanations, nor in a request", () => {
    expect(leaks(redacted({ records: trail.records.map(explained) }))).toEqual([]);
    expect(leaks(redacted({ ...trail.request, explanation: explanationOf(trail.request.verdict) }))).toEqual(
      [],
    );
  });

  test("in a list", () => {
    expect(leaks(redacted(trail.records.map(recordSummary)))).toEqual([]);
    expect(leaks(redacted(requestSummary(trail.request)))).toEqual([]);
  });

  test.each(recordKinds)("in a record of kind %s, wherever it may say them", (kind) => {
    const [record] = aTrail({}).records;
    const said = { ...record, ...anEntry[kind], kind, sentence: `"${UPN}" did it.`, actor: secretive };
    const hostile = {
      ...said,
      ...(kind === "assessed" && { verdict, facts }),
      ...(kind === "reviewed" && { signInNames: [UPN] }),
    };
    const inEveryText = JSON.parse(JSON.stringify(hostile), (key, value) =>
      ["because", "reason", "message", "hint", "requestMessage", "description"].includes(key) &&
      typeof value === "string"
        ? `${value} (${UPN})`
        : value,
    );

    expect(leaks(inEveryText)).toContain(UPN);
    expect(leaks(redacted(inEveryText))).toEqual([]);
  });
});

describe("what a reader sees", () => {
  test("has the shape of the whole", () => {
    for (const record of trail.records) expect(AuditRecord.safeParse(redacted(record)).error).toBeUndefined();
    expect(ApprovalRequest.safeParse(redacted(trail.request)).error).toBeUndefined();
  });

  test.each([
    "sinead.o'brien@contoso.com",
    "ana_fabrikam.com#EXT#@contoso.onmicrosoft.com",
    "a!#^~{}`$%&*+/=?|b@contoso.com",
  ])("is nothing of the name %s, in quotes or without", (upn) => {
    for (const text of [`${upn} did`, `"${upn}" (5ec2e7ab…)`, `'${upn}', and others`, `by ${upn}.`])
      expect(JSON.stringify(redacted({ text }))).not.toMatch(/sinead|brien|fabrikam|contoso|[\^|]b|a!/);
  });

  test("says that something was there, and why it is not shown", () => {
    const lines = explanationOf(redacted(trail.request).verdict).join("\n");

    expect(lines).toContain("cluster.tags.");
    expect(lines).not.toContain(TAG);
    expect(redacted(trail.request)).toMatchObject({
      id: trail.request.id,
      seq: trail.request.seq,
      state: "waiting",
    });
  });

  test.each<[string, Fact, boolean]>([
    ["requester", person(UPN), true],
    ["requester", unread, false],
    ["requester", { kind: "absent" }, false],
    ["cluster.tags.owner", person(TAG), true],
    ["cluster.tags.owner", { kind: "absent" }, true],
    ["consumer.tags.owner", unread, false],
    ["cluster.name", person("aks-prod"), false],
  ])("of %s, being %j, is marked as hidden only where it tells something: %s", (field, actual, isHidden) => {
    const finding = { field, expected: "to be x", actual, result: "no" };

    const shown = redacted(finding);

    expect(shown.actual).toEqual(
      isHidden ? { kind: "unknown", cause: "only auditors see it", isHidden: true } : actual,
    );
  });

  test("of tags and a requester that could not be read is why, as auditors see it", () => {
    const unreadFacts = { ...facts, cluster: { ...facts.cluster, tags: unread }, requester: unread };

    const shown = redacted(unreadFacts);

    expect(shown).toMatchObject({ cluster: { tags: unread }, requester: unread });
    expect(shown.consumer.tags).toMatchObject({ isHidden: true });
  });

  test("is everything else as it is", () => {
    const { request } = aTrail({ connection: aConnection({ message: "for payments" }) }, asked());

    expect(redacted(request)).toEqual(request);
    expect(JSON.stringify(redacted(facts))).toContain(REQUESTER_ID);
  });

  test("is no secret, wherever in any text the name stands", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(leaks(redacted({ text: `${before}${UPN}${after}` }))).toEqual([]);
      }),
    );
  });

  test("costs no more than its length, whatever a stranger wrote", () => {
    const before = process.cpuUsage();

    redacted({
      text: "a@".repeat(500_000),
      more: "cluster.tags.".repeat(100_000),
      other: "x".repeat(1_000_000),
    });

    // Of this process alone: the machine may be busy with others.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});

test.each([
  [["Reader"], false],
  [[], false],
  [["auditor"], false],
  [["Reader", "Approver"], false],
  [["Approver"], false],
  [["Auditor"], true],
  [["Reader", "Approver", "Auditor"], true],
])("with the roles %j everything is seen: %s", (roles, all) => {
  expect(seesAll({ roles })).toBe(all);
});
