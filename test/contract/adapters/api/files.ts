import { describe, expect, test } from "vitest";
import { get } from "./calls.ts";
import { FIRST } from "./trails.ts";

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
