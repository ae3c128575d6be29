import { describe, expect, test } from "vitest";
import { aClusterId, aConnectionId, CONSUMER } from "../../../fixtures/builders.ts";
import { ana } from "../../../fixtures/entries.ts";
import { ask } from "./calls.ts";
import { FIRST } from "./trails.ts";

describe("asking the trail", () => {
  const sentences = async (query: string) => {
    const { status, body } = await ask(`audit?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return (body.records as { kind: string }[]).map(({ kind }) => kind).toReversed();
  };
  const PARAMETERS =
    "limit, cursor, request, connection, cluster, consumer, endpoint, person, integration, rule, by, q, kind, outcome, from and to";
  const FIRST_ID = FIRST.request.id;
  const FIRST_DAY = ["received", "asked", "reviewed"];
  const NEXT_DAY = ["received", "decided", "verified"];

  test.each([
    ["from=2026-03-02", [...FIRST_DAY, ...NEXT_DAY]],
    ["from=2026-03-03", NEXT_DAY],
    ["to=2026-03-02", FIRST_DAY],
    ["to=2026-03-01", []],
    ["from=2026-03-02&to=2026-03-02", FIRST_DAY],
    ["from=2026-03-03&to=2026-03-03", NEXT_DAY],
    ["from=2026-03-02T09:00:00Z&to=2026-03-02T09:00:01Z", FIRST_DAY],
    ["to=2026-03-02T09:00:00Z", []],
    ["from=2026-03-02T10:00:00%2B01:00&to=2026-03-02", FIRST_DAY],
    ["to=9999-12-31", [...FIRST_DAY, ...NEXT_DAY]],
    ["from=0000-01-01T00:00:00%2B14:00", [...FIRST_DAY, ...NEXT_DAY]],
    [`person=${ana.oid.toUpperCase()}`, ["reviewed"]],
    ["person=ANA", ["reviewed"]],
    ["person=Ana@Contoso.COM", ["reviewed"]],
    ["rule=Payments", ["decided"]],
    ["by=rule", ["decided"]],
    ["by=person&kind=reviewed", ["reviewed"]],
    ["kind=received&connection=NEXT-DAY", ["received"]],
    ["connection=pe-payments.1", FIRST_DAY],
    [`connection=${aConnectionId("next-day").toUpperCase()}`, NEXT_DAY],
    [`connection=${aConnectionId("next-day", aClusterId("aks-test"))}`, []],
    ["outcome=approved", ["verified"]],
    [`request=${FIRST_ID}&kind=asked`, ["asked"]],
    ["endpoint=pe-payments&cluster=AKS-PROD&by=rule", ["decided"]],
    [`consumer=${CONSUMER}`, [...FIRST_DAY, ...NEXT_DAY]],
    ["q=Payments", [...FIRST_DAY, ...NEXT_DAY]],
    ["q=prod+pe&kind=asked", ["asked"]],
  ])("%s finds %j", async (query, kinds) => {
    expect(await sentences(query)).toEqual(kinds);
  });

  test.each([
    ["from=yesterday", "from must be a date like 2026-03-01 or a time like 2026-03-01T09:00:00Z"],
    ["to=2026-02-30", "to must be a date like 2026-03-01 or a time like 2026-03-01T09:00:00Z"],
    ["to=2026-03-01T09:00:00", "to must be a date like 2026-03-01 or a time like 2026-03-01T09:00:00Z"],
    ["from=1772442000", "from must be a date like 2026-03-01 or a time like 2026-03-01T09:00:00Z"],
    ["from=2026-03-02&to=2026-03-01", "from must be before to"],
    ["outcome=maybe", "outcome must be approved or rejected or expired or superseded or refused or failed"],
    ["limit=many", "limit must be a whole number from 1 to 200"],
    ["person=", "person must have at least 1 character"],
    ["q=-", "q must have 1 to 12 words of letters or digits"],
    [`q=${"a+b+c+d+e+f+g+h+i+j+k+l+m"}`, "q must have 1 to 12 words of letters or digits"],
    ["actor=x", `there is no parameter "actor"; there are ${PARAMETERS}`],
    [`cluster=${"x".repeat(601)}`, "cluster must have at most 600 characters"],
  ])("%s is answered with what it should be: %s", async (query, why) => {
    expect(await ask(`audit?${query}`)).toMatchObject({
      status: 400,
      body: { detail: `In the query: ${why}.` },
    });
  });

  test.each([
    [
      "cluster=aks-prd",
      'No record has the cluster "aks-prd". A cluster is its name, such as aks-prod, or its ARM id.',
    ],
    [
      "consumer=payments",
      'No record has the consumer "payments". A consumer is the id of a subscription, such as 3e9e0d50-1ff8-4789-acc6-7d571bd52f17.',
    ],
    [
      "person=Anna&from=2026-03-02",
      'No record has the person "Anna". A person is an object id, a sign-in name or a full name.',
    ],
    ["q=prod+paymnts", 'No name has the word "paymnts". Words are looked for whole.'],
  ])("%s finds nothing, and is told why", async (query, hint) => {
    expect(await ask(`audit?${query}`)).toEqual({
      status: 200,
      body: { records: [], nextCursor: null, hint },
    });
  });

  test("every filter that is met nowhere is named", async () => {
    const { body } = await ask("audit?cluster=x&person=y&consumer=z");

    expect(String(body.hint).match(/No record has the (\w+)/g)).toHaveLength(3);
  });

  test("filters that are met, but not by one record, find nothing, and there is no hint", async () => {
    expect(await ask(`audit?person=${ana.oid}&to=2026-03-01`)).toEqual({
      status: 200,
      body: { records: [], nextCursor: null },
    });
  });

  test("what finds something needs no hint", async () => {
    expect((await ask("audit?cluster=aks-prod")).body).not.toHaveProperty("hint");
  });
});
