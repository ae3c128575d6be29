import { expect, test } from "vitest";
import type { Api } from "../../../shared/approvals-cli/api.ts";
import { firstRecords, firstRequests } from "../../../shared/approvals-cli/pages.ts";
import { NINE } from "../../fixtures/builders.ts";

/** An app that has always one more page, and nothing in it. */
function endless(): { readonly api: Api; pages(): number } {
  let pages = 0;
  const never = () => Promise.reject(new Error("Nobody asks for that."));
  return {
    api: {
      origin: "https://approvals.example",
      get: async (_path, schema) => schema.parse({ requests: [], records: [], nextCursor: String(++pages) }),
      post: never,
      homeTenant: never,
      now: () => NINE,
    },
    pages: () => pages,
  };
}

test.each([
  ["requests", firstRequests],
  ["records", firstRecords],
] as const)("a list of %s without an end is broken off", async (_what, first) => {
  const { api, pages } = endless();

  await expect(first(api, {}, 50)).rejects.toMatchObject({
    name: "NoAnswer",
    message: expect.stringMatching(/^The list does not end\./),
  });
  expect(pages()).toBe(10_000);
});
