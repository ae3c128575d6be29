import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "../../../functions/routes.ts";
import { ana } from "../../fixtures/entries.ts";
import { type RunningHost, runHost } from "../functions-host/host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("api", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

const SOME_ID = `pec-${"0".repeat(32)}`;

async function ask(path: string, body?: unknown) {
  const response = await fetch(`${host.url}/api/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What the libraries say that read our traffic: none of their words is for people who call us. */
const LIBRARY_PHRASES =
  /\b(Invalid|expected|received|Unrecognized|Too (big|small)|option|input|Required|pattern|regex|union|discriminator|undefined|NaN|token|position|Zod|JWS|JWT|JWK)\b|[<>]=|""/i;

const WRONG_TEXTS = [
  "",
  "x",
  "-1",
  "0",
  "1.5",
  "201",
  "NaN",
  "null",
  "[]",
  "{}",
  "a,b",
  "2026-13-01",
  "\u200b",
  "9".repeat(700),
];
const WRONG_VALUES = [
  null,
  0,
  1.5,
  true,
  "",
  " ",
  "x",
  "\u200b",
  "x".repeat(501),
  [],
  ["approve"],
  {},
  { review: 1 },
];

describe("nobody who makes a mistake is told so in the words of a library", () => {
  const inQueries = routes.flatMap(({ path, method, querySchema }) =>
    ["nonsense", "__proto__", "constructor", ...Object.keys(querySchema?.shape ?? {})].flatMap((name) =>
      WRONG_TEXTS.map(
        (text) => [method, path.replace("{id}", SOME_ID), `${name}=${encodeURIComponent(text)}`] as const,
      ),
    ),
  );
  const inBodies = ["review", "reason", "asked"].flatMap((name) =>
    ["approve", "reject", "withdraw"].flatMap((review) =>
      WRONG_VALUES.map((value) => ({ review, asked: 2, reason: "Not today.", [name]: value })),
    ),
  );

  test("in the query of any route", async () => {
    for (const [method, path, query] of inQueries) {
      const { status, body } = await ask(
        `${path}?${query}`,
        method === "POST" ? { review: "approve" } : undefined,
      );

      // Some of the values are right for some of the parameters.
      if (status !== 200) expect([400, 404], query).toContain(status);
      if (status === 400) expect(body.detail, query).toMatch(/^(In the query: [^\n]+|The cursor .+)\.$/);
      expect(String(body.detail ?? ""), query).not.toMatch(LIBRARY_PHRASES);
    }
  });

  test("in the path of any route", async () => {
    for (const { path, method } of routes.filter((route) => route.pathSchema !== undefined)) {
      for (const id of [
        "x",
        "pec-",
        `${SOME_ID}0`,
        SOME_ID.toUpperCase(),
        "%00",
        "%E2%80%AE",
        "1",
        "null",
        "9".repeat(700),
      ]) {
        const { status, body } = await ask(path.replace("{id}", id), method === "POST" ? {} : undefined);

        expect({ status, detail: body.detail }, `${path} ${id}`).toEqual({
          status: 404,
          detail: "In the path: id must be pec- and 32 hexadecimal digits.",
        });
      }
    }
  });

  test.each([...inBodies, ...WRONG_VALUES])("in the body %j", async (value) => {
    const { status, body } = await ask(`requests/${SOME_ID}/reviews`, value);

    // Where the value is right there is no such request.
    expect([400, 404]).toContain(status);
    expect(String(body.detail)).not.toMatch(LIBRARY_PHRASES);
    expect(String(body.detail)).toMatch(status === 400 ? /^In the body: [^\n]+\.$/ : /^There is no request /);
  });
});

describe("a reason that shows nothing is none:", () => {
  test.each(["", " ", "\u200b", "\u2060\u00ad", "\u2800", "\u3164\u115f\u1160\uffa0", "\u{e0041}"])(
    "%j",
    async (reason) => {
      const { status, body } = await ask(`requests/${SOME_ID}/reviews`, {
        review: "reject",
        asked: 2,
        reason,
      });

      expect({ status, detail: body.detail }).toEqual({
        status: 400,
        detail:
          "In the body: reason must say why the connection is rejected: a rejected connection can never be approved again.",
      });
    },
  );
});

describe("asking the trail", () => {
  const sentences = async (query: string) => {
    const { status, body } = await ask(`audit?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return (body.records as { kind: string }[]).map(({ kind }) => kind).toReversed();
  };
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
    [`actor=${ana.oid.toUpperCase()}`, ["reviewed"]],
    ["actor=ANA", ["reviewed"]],
    ["actor=Ana@Contoso.COM", ["reviewed"]],
    ["actor=Payments", ["decided"]],
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
    ["actor=", "actor must have at least 1 character"],
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
      "actor=Anna&from=2026-03-02",
      'No record has the actor "Anna". An actor is a person\'s object id, sign-in name or full name, the name of a rule, or system.',
    ],
  ])("%s finds nothing, and is told why", async (query, hint) => {
    expect(await ask(`audit?${query}`)).toEqual({
      status: 200,
      body: { records: [], nextCursor: null, hint },
    });
  });

  test("every filter that is met nowhere is named", async () => {
    const { body } = await ask("audit?cluster=x&actor=y&consumer=z");

    expect(String(body.hint).match(/No record has the (\w+)/g)).toHaveLength(3);
  });

  test("filters that are met, but not by one record, find nothing, and there is no hint", async () => {
    expect(await ask(`audit?actor=${ana.oid}&to=2026-03-01`)).toEqual({
      status: 200,
      body: { records: [], nextCursor: null },
    });
  });

  test("what finds something needs no hint", async () => {
    expect((await ask("audit?cluster=aks-prod")).body).not.toHaveProperty("hint");
  });
});
