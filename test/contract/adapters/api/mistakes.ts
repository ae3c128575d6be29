import { describe, expect, test } from "vitest";
import { routes } from "../../../../functions/routes.ts";
import { ask } from "./calls.ts";

const SOME_ID = `pec-${"0".repeat(32)}`;

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
  // An integration's, and who has a link, is told first that they are none, or have none.
  const ours = routes.filter(({ role, linkedBy }) => role !== "Integration" && linkedBy === undefined);
  const inQueries = ours.flatMap(({ path, method, querySchema }) =>
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
    for (const { path, method } of ours.filter((route) => route.pathSchema !== undefined)) {
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
        const { status, body } = await ask(path.replace(/\{\w+\}/, id), method === "POST" ? {} : undefined);

        expect({ status, detail: body.detail }, `${path} ${id}`).toEqual({
          status: 404,
          detail: path.includes("{id}")
            ? "In the path: id must be pec- and 32 hexadecimal digits."
            : "In the path: type must be that of an event, such as dev.aksprivatelink.request.closed.v1.",
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
