import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../../shared/policy/file/load.ts";
import { freezesAt } from "../../../../shared/policy/index.ts";
import { DAY } from "../../../fixtures/builders.ts";
import { ask } from "./calls.ts";
import { FIRST } from "./trails.ts";

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
    expect(body.days).toContainEqual({ day: "2026-03-03", policy: 1, people: 0, integrations: 0 });
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
    const before = Date.now();
    const { body } = await ask("policy");
    const after = Date.now();
    const loaded = loadPolicy(String(body.text), "policy.yaml");

    if (loaded.kind !== "policy") throw new Error("it is in force");
    expect(loaded.policy.freezes).not.toEqual([]);
    // Between the two a freeze may have begun.
    expect([before, after].map((at) => freezesAt(loaded.policy, at))).toContainEqual(body.freezes);
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
