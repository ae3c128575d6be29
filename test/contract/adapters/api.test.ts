import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LAST } from "../../../functions/kit/unknown-operation.ts";
import { routes } from "../../../functions/routes.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { freezesAt } from "../../../shared/policy/index.ts";
import { aClusterId, aConnectionId, CONSUMER, DAY } from "../../fixtures/builders.ts";
import { ana, stranger } from "../../fixtures/entries.ts";
import { type RunningHost, runHost } from "../functions-host/host.ts";
import { FIRST, NEXT } from "./api/trails.ts";

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
  const PARAMETERS =
    "limit, cursor, request, connection, cluster, consumer, endpoint, person, rule, by, q, kind, outcome, from and to";
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

/** A GET as somebody, with what else is sent. */
const get = (path: string, as: string, headers: Record<string, string> = {}) =>
  fetch(`${host.url}/api/${path}`, { headers: { authorization: `Bearer ${as}`, ...headers } });

const idsIn = (body: unknown): string[] =>
  (body as { requests: { id: string }[] }).requests.map(({ id }) => id);

describe("asking for requests", () => {
  const first = FIRST.request.id;
  const next = NEXT.request.id;

  test.each([
    ["", [next, first]],
    ["order=oldest", [first, next]],
    ["order=deadline", [first]],
    ["state=waiting", [first]],
    ["outcome=approved", [next]],
    ["rule=payments", [next]],
    ["person=ana", [first]],
    ["by=rule", [next]],
    ["connection=next-day", [next]],
    [`connection=${aConnectionId("next-day")}`, [next]],
    [`request=${first}`, [first]],
    ["from=2026-03-03", [next]],
    ["to=2026-03-02", [first]],
    ["q=payments", [next, first]],
    ["cluster=aks-prod&state=closed", [next]],
  ])("?%s finds what it should", async (query, ids) => {
    const { status, body } = await ask(`requests?${query}`);

    expect({ status, ids: idsIn(body) }).toEqual({ status: 200, ids });
    expect(body).not.toHaveProperty("hint");
  });

  test.each([
    ["approver", [first]],
    ["x", []],
    ["auditor", []],
  ])("that wait for whoever asks: for %s %j", async (as, ids) => {
    expect(idsIn(await (await get("requests?waitsForMe=true", as)).json())).toEqual(ids);
  });

  test("that wait for somebody whose token lists no group says why there are none", async () => {
    expect(await (await get("requests?waitsForMe=true", "grouped")).json()).toMatchObject({
      requests: [],
      hint: expect.stringMatching(
        /^Your token lists no group, so nothing can wait for you\. Ask an administrator /,
      ),
    });
  });

  test("that wait for somebody who reviews nothing sends them to no administrator", async () => {
    expect(await (await get("requests?waitsForMe=true", "auditor")).json()).toMatchObject({
      requests: [],
      hint: expect.stringMatching(/^You have not the role Approver, so nothing can wait for you\.$/),
    });
  });

  test("that wait for somebody in too many groups says that nobody can tell", async () => {
    expect(await (await get("requests?waitsForMe=true", "crowded")).json()).toMatchObject({
      requests: [],
      hint: expect.stringMatching(/^You are in more groups than a token can list.* assigned to this app\.$/),
    });
  });

  test.each([
    ["waitsForMe=false", "waitsForMe must be true"],
    ["order=random", "order must be newest or oldest or deadline"],
    ["kind=asked", expect.stringMatching(/there is no parameter "kind"/)],
  ])("?%s is answered with what it should be", async (query, why) => {
    const { status, body } = await ask(`requests?${query}`);

    expect(status).toBe(400);
    expect(String(body.detail).replace(/^In the query: |\.$/g, "")).toEqual(why);
  });

  test("shows short summaries, with who is asked by name alone while that is so", async () => {
    const { body } = await ask("requests");

    const members =
      "id state outcome cluster endpoint consumer consumerName requestMessage flags receivedAt updatedAt deadline approvers decision seq";
    for (const request of body.requests as { state: string }[])
      expect(Object.keys(request)).toEqual(
        members.split(" ").filter((name) => name !== "approvers" || request.state === "waiting"),
      );
  });

  test("for what is nowhere says so", async () => {
    expect((await ask("requests?endpoint=pe-x")).body).toMatchObject({
      requests: [],
      hint: 'No record has the endpoint "pe-x". An endpoint is its name, such as pe-payments, or its ARM id.',
    });
  });

  test("page by page gives each once", async () => {
    const { body: page } = await ask("requests?limit=1");
    const { body: rest } = await ask(`requests?limit=1&cursor=${page.nextCursor}`);

    expect([...idsIn(page), ...idsIn(rest)]).toEqual([next, first]);
  });
});

describe("files", () => {
  test.each([
    [
      "audit",
      "text/csv",
      '"at","requestId","seq","kind","actorKind","actor","sentence","outcome","cluster","endpoint","consumer"',
    ],
    [
      "requests",
      "text/csv",
      '"id","state","outcome","cluster","endpoint","consumer","consumerName","requestMessage","flags","receivedAt","updatedAt","deadline","decision","decidedBy","seq","trouble"',
    ],
  ])("%s as %s has a line of names, and one for each", async (path, accept, names) => {
    const response = await get(`${path}?limit=1`, "auditor", { accept });
    const lines = (await response.text()).split("\r\n");

    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${path}.csv"`);
    expect(lines[0]).toBe(names);
    expect(lines).toHaveLength({ audit: 8, requests: 4 }[path] ?? 0);
    expect(lines.at(-1)).toBe("");
  });

  test("of the trail as ndjson have every record whole, with its seal", async () => {
    const text = await (
      await get("audit?kind=reviewed", "auditor", { accept: "application/x-ndjson" })
    ).text();

    const [record] = FIRST.records.slice(-1);
    expect(text.split("\n").map((line) => line && JSON.parse(line))).toEqual([record, ""]);
  });

  test("of nothing have nothing but names", async () => {
    const csv = await get("audit?cluster=nowhere", "auditor", { accept: "text/csv" });
    const ndjson = await get("requests?cluster=nowhere", "auditor", { accept: "application/x-ndjson" });

    expect((await csv.text()).split("\r\n")).toHaveLength(2);
    expect([ndjson.status, await ndjson.text()]).toEqual([200, ""]);
  });

  test.each(["reader", "approver"])("are not for a %s", async (as) => {
    for (const [path, accept] of [
      ["audit", "text/csv"],
      ["requests", "application/x-ndjson"],
    ] as const) {
      const response = await get(path, as, { accept });

      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({
        detail: "This needs the app role Auditor.",
        code: "wrongRole",
      });
    }
  });
});

describe("what is personal", () => {
  const name = "ana@contoso.com";

  test.each([
    ["reader", false],
    ["approver", false],
    ["auditor", true],
  ])("is in a request and in its trail for a %s: %s", async (as, isShown) => {
    const { id } = FIRST.request;
    for (const path of [`requests/${id}`, `requests/${id}/audit`]) {
      const response = await get(path, as);

      expect(response.status).toBe(200);
      expect((await response.text()).includes(name), path).toBe(isShown);
    }
  });

  test.each([
    ["reader", 403],
    ["approver", 403],
    ["auditor", 200],
  ])("is not guessed by a %s who looks for it: %i", async (as, status) => {
    for (const path of ["audit", "requests"])
      for (const person of [name, "nobody@contoso.com"]) {
        const response = await get(`${path}?person=${person}`, as);

        expect(response.status).toBe(status);
        if (status === 403)
          expect(await response.json()).toMatchObject({
            code: "wrongRole",
            detail:
              "To look for a sign-in name needs the app role Auditor; look for the object id or the full name.",
          });
      }
  });
});

describe("what no operation answers", () => {
  test("is asked of the function whose name is the last, since the host asks by name", () => {
    const names = [...routes.map(({ operationId }) => operationId), "inbox", LAST];

    expect(names.toSorted().at(-1)).toBe(LAST);
  });

  test.each([
    ["POST", "requests", "GET"],
    ["DELETE", `requests/${FIRST.request.id}`, "GET"],
    ["GET", `requests/${FIRST.request.id}/reviews`, "POST"],
    ["PUT", `Requests/${FIRST.request.id}/reviews/`, "POST"],
    ["OPTIONS", "audit/summary", "GET"],
    ["PATCH", "openapi.json", "GET"],
  ])("%s of %s is told what there is: %s", async (method, path, allow) => {
    const response = await fetch(`${host.url}/api/${path}`, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 405, code: "methodNotAllowed" });
  });

  test.each(["nothing", "requests/a/b", "requests//reviews", "openapi-json", "audit/summary/x"])(
    "is not found at %s",
    async (path) => {
      const response = await fetch(`${host.url}/api/${path}`);

      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status: 404, code: "notFound" });
    },
  );
});

describe("figures", () => {
  test("of a span are of what closed in it, and tell which of those that wait came first", async () => {
    const { body } = await ask("audit/summary?from=2026-03-01&to=2026-03-31");

    expect(body).toMatchObject({
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-04-01T00:00:00.000Z",
      closed: 1,
      outcomes: { approved: 1, rejected: 0 },
      by: { policy: 1, people: 0 },
      rules: { top: [{ key: "payments", count: 1 }], rest: 0, isExact: true },
      waiting: { total: 1, isExact: true },
      oldestWaiting: { id: FIRST.request.id, state: "waiting" },
      troubled: [],
    });
    expect(body.days).toHaveLength(31);
    expect(body.days).toContainEqual({ day: "2026-03-03", policy: 1, people: 0 });
    expect(body.oldestWaiting).not.toHaveProperty("asked");
  });

  test("are of the last thirty days where nothing else is said", async () => {
    const days = async (query: string) => {
      const { body } = await ask(`audit/summary?${query}`);
      return (Date.parse(String(body.to)) - Date.parse(String(body.from))) / DAY;
    };

    expect(await days("")).toBe(30);
    expect(await days("to=2026-03-31")).toBe(30);
    expect(await days("from=2025-04-01&to=2026-03-31")).toBe(365);
    expect(await days("from=2024-01-01&to=2024-12-31")).toBe(366);
    expect((await ask("audit/summary?to=0000-01-02")).body.from).toBe("0000-01-01T00:00:00.000Z");
  });

  test.each([
    ["from=2025-01-01&to=2026-03-31", "from and to must be at most 366 days apart"],
    ["from=2020-01-01", "from and to must be at most 366 days apart"],
    ["from=9998-01-01", "from must be before to"],
    ["from=2026-03-02&to=2026-03-01", "from must be before to"],
  ])("are not of the span %s", async (query, why) => {
    expect(await ask(`audit/summary?${query}`)).toMatchObject({
      status: 400,
      body: { detail: `In the query: ${why}.` },
    });
  });
});

describe("the policy", () => {
  test("says which freezes are on and which begins next", async () => {
    const { body } = await ask("policy");
    const loaded = loadPolicy(String(body.text), "policy.yaml");

    if (loaded.kind !== "policy") throw new Error("it is in force");
    expect(loaded.policy.freezes).not.toEqual([]);
    expect(body.freezes).toEqual(freezesAt(loaded.policy, Date.now()));
  });

  test("tells of each rule how often it decided or had people asked, in the order of the file", async () => {
    const { body } = await ask("policy/usage?days=366");

    const rules = body.rules as { name: string; line: number }[];
    const lines = rules.map(({ line }) => line);
    expect(body.isExact).toBe(true);
    expect(lines).toEqual(lines.toSorted((one, other) => one - other));
    expect(rules.map(({ name }) => name)).toEqual(expect.arrayContaining(["default", "whenUnknown"]));
    expect(Date.parse(String(body.to)) - Date.parse(String(body.from))).toBe(366 * DAY);
  });

  test("is looked at for thirty days where nothing else is said", async () => {
    const { body } = await ask("policy/usage");

    expect(Date.parse(String(body.to)) - Date.parse(String(body.from))).toBe(30 * DAY);
  });

  test.each(["0", "367", "1.5", "all", ""])("is not looked at for %j days", async (days) => {
    expect(await ask(`policy/usage?days=${days}`)).toMatchObject({
      status: 400,
      body: { detail: "In the query: days must be a whole number from 1 to 366." },
    });
  });
});

describe("who reads", () => {
  /** Those since a moment, newest first. */
  const accesses = async (since: string) => {
    const response = await get(`audit/accesses?from=${since}`, "auditor");
    return ((await response.json()) as { accesses: Record<string, unknown>[] }).accesses;
  };
  /** A moment after everything that is kept already: moments are told in milliseconds. */
  const now = async () => {
    await pause(2);
    return new Date().toISOString();
  };
  const { id } = FIRST.request;

  test.each([
    ["requests/ID", "getRequest", { id }, 1],
    ["requests/ID/audit", "getAuditTrail", { id }, 3],
    ["audit?cluster=aks-prod&limit=2", "searchAudit", { cluster: "aks-prod", limit: "2" }, 2],
    ["requests?state=waiting", "listRequests", { state: "waiting" }, 1],
    [
      "audit/summary?from=2026-03-01&to=2026-03-31",
      "getAuditSummary",
      { from: "2026-03-01", to: "2026-03-31" },
      1,
    ],
    ["audit/accesses?limit=1", "listAccesses", { limit: "1" }, 1],
    [`audit?cluster=${"x".repeat(600)}`, "searchAudit", { cluster: "x".repeat(600) }, 0],
  ])("%.40s is kept: person, what, how much", async (path, operation, query, count) => {
    const since = await now();
    await get(path.replace("ID", id), "auditor");

    const found = await accesses(since);

    expect(found).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        person: { kind: "person", oid: stranger.oid, name: "Sam" },
        operation,
        query,
        count,
      },
    ]);
  });

  test("is kept for each page, and for each page of a file", async () => {
    const since = await now();
    const first = (await (await get("audit?limit=3", "reader")).json()) as { nextCursor: string };
    await get(`audit?limit=3&cursor=${first.nextCursor}`, "reader");
    await (await get("audit", "auditor", { accept: "text/csv" })).text();

    const [file, second, page, ...others] = await accesses(since);

    expect(others).toEqual([]);
    expect(file).toMatchObject({ operation: "searchAudit", query: { format: "text/csv" }, count: 6 });
    expect(second).toMatchObject({ query: { limit: "3", cursor: first.nextCursor }, count: 3 });
    expect(page).toMatchObject({ operation: "searchAudit", person: { name: "Cy" }, count: 3 });
  });

  test("is not kept for what shows nothing of requests, or is refused", async () => {
    const since = await now();
    await get("policy", "reader");
    await get("policy/usage", "reader");
    await get("notices", "reader");
    await get("audit?cursor=x", "reader");
    await get(`requests/pec-${"0".repeat(32)}`, "reader");
    await get("audit", "reader", { accept: "text/csv" });

    expect(await accesses(since)).toEqual([]);
  });

  test("is kept for the auditor who looks at who reads", async () => {
    const since = await now();
    await accesses(since);

    expect(await accesses(since)).toMatchObject([
      { operation: "listAccesses", query: { from: since }, count: 0 },
    ]);
  });

  test("is found by the request that they opened, or looked for by its id, and by no other", async () => {
    const since = await now();
    await get(`requests/${id}`, "reader");
    await get(`requests/${NEXT.request.id}`, "reader");
    await get("requests", "reader");
    await get(`audit?request=${id}`, "approver");

    const response = await get(`audit/accesses?from=${since}&request=${id}`, "auditor");

    expect(await response.json()).toMatchObject({
      accesses: [
        { operation: "searchAudit", person: { name: "Bo" } },
        { operation: "getRequest", person: { name: "Cy" } },
      ],
    });
  });

  test("is kept once of figures that did not change: those of now are until the end of the minute", async () => {
    const since = await now();
    const first = await get("audit/summary", "reader");
    const { to } = (await first.json()) as { to: string };

    const again = await get("audit/summary", "reader", { "if-none-match": first.headers.get("etag") ?? "" });

    expect(to).toMatch(/:00\.000Z$/);
    // Between the two calls a minute may have begun.
    expect([304, 200]).toContain(again.status);
    if (Date.now() < Date.parse(to)) expect(again.status).toBe(304);
    expect(await accesses(since)).toHaveLength(again.status === 304 ? 1 : 2);
  });

  test("is kept once of what they have: an open page that asks again and is shown nothing new adds nothing", async () => {
    const since = await now();
    const etag = (await get(`requests/${id}`, "reader")).headers.get("etag") ?? "";

    const again = await get(`requests/${id}`, "reader", { "if-none-match": etag });

    expect(again.status).toBe(304);
    expect(await accesses(since)).toMatchObject([{ operation: "getRequest", query: { id } }]);
  });

  test.each(["*", '"x", *'])("is kept of who names no tag that they were given: %s", async (tags) => {
    const since = await now();

    const { status, headers } = await get(`requests?consumer=${CONSUMER}`, "reader", {
      "if-none-match": tags,
    });

    expect([status, headers.get("etag")]).toEqual([304, expect.any(String)]);
    expect(await accesses(since)).toMatchObject([{ operation: "listRequests", person: { name: "Cy" } }]);
  });

  test("is not asked for by what is no request's id", async () => {
    const response = await get("audit/accesses?request=pec-1", "auditor");

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "badRequest",
      detail: "In the query: request must be pec- and 32 hexadecimal digits.",
    });
  });

  test.each(["reader", "approver"])("is nothing for a %s to see", async (as) => {
    expect((await get("audit/accesses", as)).status).toBe(403);
  });
});

describe("on the wire", () => {
  test("a long reply is compressed for who takes that, and has a tag that spares sending it again", async () => {
    const headers = { "accept-encoding": "gzip" };
    const reply = await get("audit", "reader", headers);
    const again = await get("audit", "reader", {
      ...headers,
      "if-none-match": reply.headers.get("etag") ?? "",
    });
    const plain = await get("audit", "reader", { "accept-encoding": "identity" });

    expect(reply.headers.get("content-encoding")).toBe("gzip");
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("etag")).toBe(reply.headers.get("etag"));
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await plain.json()).toEqual(await reply.json());
  });
});
