import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CONSUMER } from "../../../fixtures/builders.ts";
import { stranger } from "../../../fixtures/entries.ts";
import { get } from "./calls.ts";
import { FIRST, NEXT } from "./trails.ts";

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

  test.each([
    ["audit/summary", 1],
    ["policy/usage", 0],
  ])(
    "is kept once of figures that did not change: %s of now is until the end of the minute",
    async (path, kept) => {
      const since = await now();
      const first = await get(path, "reader");
      const { to } = (await first.json()) as { to: string };

      const again = await get(path, "reader", { "if-none-match": first.headers.get("etag") ?? "" });

      expect(to).toMatch(/:00\.000Z$/);
      // Between the two calls a minute may have begun.
      if (Date.now() < Date.parse(to)) expect(again.status).toBe(304);
      expect(await accesses(since)).toHaveLength(again.status === 304 ? kept : 2 * kept);
    },
  );

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
