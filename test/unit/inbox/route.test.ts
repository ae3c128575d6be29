import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestPath } from "../../../functions/inbox/page/api.ts";
import {
  listHash,
  listPath,
  type Route,
  requestHash,
  routeOf,
  TABS,
  viewHash,
} from "../../../functions/inbox/page/route.ts";

const mine = { view: "list", tab: "mine", filters: {} } as const;

describe("where an address leads", () => {
  test.each<[string, Route]>([
    ["", mine],
    ["#", mine],
    ["#/", mine],
    [
      "#/?tab=decided&cluster=aks-prod&q=",
      { view: "list", tab: "decided", filters: { cluster: "aks-prod" } },
    ],
    ["#/?tab=everything", mine],
    ["#/requests/pec-1", { view: "request", id: "pec-1", asked: null }],
    ["#/requests/pec-1?asked=6", { view: "request", id: "pec-1", asked: 6 }],
    ["#/requests/pec-1?asked=six", { view: "request", id: "pec-1", asked: null }],
    ["#/requests", { view: "nowhere" }],
    ["#/requests/", { view: "nowhere" }],
    ["#/requests/pec-1/x", { view: "nowhere" }],
    ["#/audit", { view: "audit", rest: "", filters: {} }],
    ["#/audit/pec-1", { view: "audit", rest: "pec-1", filters: {} }],
    ["#/audit?kind=asked", { view: "audit", rest: "", filters: { kind: "asked" } }],
    ["#/policy", { view: "policy", rest: "", filters: {} }],
    ["#/overview", { view: "overview", rest: "", filters: {} }],
    ["#/elsewhere", { view: "nowhere" }],
    ["#code=1&state=2", mine],
  ])("%s", (hash, expected) => {
    expect(routeOf(hash)).toEqual(expected);
  });

  test("is where it was made to lead, whatever is looked for", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...TABS), text, text, (tab, cluster, rule) => {
        const filters = { cluster, rule };

        expect(routeOf(listHash(tab, filters))).toEqual({ view: "list", tab, filters });
        expect(routeOf(viewHash("audit", filters))).toEqual({ view: "audit", rest: "", filters });
      }),
    );
    expect(routeOf(requestHash("pec-1"))).toEqual({ view: "request", id: "pec-1", asked: null });
  });
});

describe("what a list asks the API for", () => {
  test.each<[string, string]>([
    [listPath("mine", {}, 50, null), "/api/requests?waitsForMe=true&order=deadline&limit=50"],
    [listPath("others", {}, 50, null), "/api/requests?state=waiting&order=deadline&limit=50"],
    [listPath("decided", {}, 50, "abc"), "/api/requests?state=closed&order=newest&limit=50&cursor=abc"],
    [
      listPath("decided", { state: "applying", q: "a b" }, 50, null),
      "/api/requests?state=applying&q=a+b&order=newest&limit=50",
    ],
  ])("%s", (path, expected) => {
    expect(path).toBe(expected);
  });

  test("no filter in an address can turn what waits for one person into something else", () => {
    const path = listPath("mine", { waitsForMe: "false", order: "newest", limit: "1" }, 50, null);

    expect(path).toBe("/api/requests?waitsForMe=true&order=deadline&limit=50");
  });

  test("no id in an address leads out of the requests", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(".", "/", "%", "2", "e", "\\", "?", "#") }), (id) => {
        const { pathname, search, hash } = new URL(requestPath(id, "/audit"), "http://127.0.0.1");

        expect(pathname).toMatch(/^\/api\/requests\/[^/]*\/audit$/);
        expect([search, hash]).toEqual(["", ""]);
      }),
    );
    expect(requestPath(`pec-${"0a".repeat(16)}`)).toBe(`/api/requests/pec-${"0a".repeat(16)}`);
  });
});
