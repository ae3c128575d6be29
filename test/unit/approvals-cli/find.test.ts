import { describe, expect, test } from "vitest";
import type { Api } from "../../../shared/approvals-cli/api.ts";
import { findId } from "../../../shared/approvals-cli/find.ts";
import { requestSummary } from "../../../shared/search/summaries.ts";
import { aRequest, NINE } from "../../fixtures/builders.ts";

const idOf = (digits: string): string => `pec-${digits.padEnd(32, "0")}`;
const KNOWN = ["1ae34a67", "1ae34b00", "7eb920a6"].map(idOf);

/** An API that lists these requests, two on a page, the second of which is empty. */
const api: Api = {
  origin: "http://127.0.0.1",
  get: async (path, schema) => {
    const cursor = new URLSearchParams(path.split("?")[1]).get("cursor");
    const pages: Readonly<Record<string, readonly string[]>> = { "1": [], "2": KNOWN.slice(2) };
    const ids = cursor === null ? KNOWN.slice(0, 2) : (pages[cursor] ?? []);
    const next = { "1": "2", "2": null }[cursor ?? ""];
    const requests = ids.map((id) => ({ ...requestSummary(aRequest({})), id }));
    return schema.parse({ requests, nextCursor: next === undefined ? "1" : next });
  },
  post: async () => {
    throw new Error("Looking for an id sends nothing.");
  },
  homeTenant: async () => null,
  now: () => NINE,
};

describe("the beginning of an id", () => {
  test.each([
    ["7eb9", idOf("7eb920a6")],
    ["pec-1ae34b", idOf("1ae34b00")],
    ["PEC-7EB920A6", idOf("7eb920a6")],
  ])("%s is the one request's that begins so, on whatever page", async (written, id) => {
    expect(await findId(api, [written])).toBe(id);
  });

  test("of two requests is neither's, and both are named", async () => {
    await expect(findId(api, ["1ae3"])).rejects.toMatchObject({
      name: "No",
      message: expect.stringContaining(`${idOf("1ae34a67")} and ${idOf("1ae34b00")}`),
    });
  });

  test.each([[["abc"]], [["pec-"]], [["pe-payments"]], [[]], [["7eb9", "1ae3"]]])(
    "%j is wrong usage",
    async (positionals) => {
      await expect(findId(api, positionals)).rejects.toMatchObject({ name: "UsageError" });
    },
  );
});
