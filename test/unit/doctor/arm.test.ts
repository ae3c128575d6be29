import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { armBy } from "../../../shared/doctor/arm.ts";

const AZURE = "https://management.azure.com";
const Item = z.object({ id: z.string() });

/** Azure, which answers each address with what is said here; and where it was asked. */
function azure(says: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return Response.json(says[new URL(url).pathname]);
  });
  const credential = { getToken: async () => ({ token: "secret", expiresOnTimestamp: Number.MAX_VALUE }) };
  return { asked, arm: armBy({ endpoint: AZURE, audience: AZURE, credential }) };
}

afterEach(() => void vi.unstubAllGlobals());

test("a list is read to its last page", async () => {
  const { arm } = azure({
    "/items": { value: [{ id: "1" }], nextLink: `${AZURE}/more` },
    "/more": { value: [{ id: "2" }], nextLink: null },
  });

  expect(await arm.list("/items", "1", Item)).toEqual({ kind: "found", value: [{ id: "1" }, { id: "2" }] });
});

test.each([
  ["the next page of a list", "/items"],
  ["a path", "@elsewhere.example/items"],
])("the token goes nowhere else, also where %s says so", async (_what, path) => {
  const { arm, asked } = azure({
    "/items": { value: [{ id: "1" }], nextLink: "https://elsewhere.example/more" },
  });

  expect(await arm.list(path, "1", Item)).toMatchObject({
    kind: "no",
    because: expect.stringMatching(/away/),
  });
  expect(asked.filter((url) => new URL(url).origin !== AZURE)).toEqual([]);
});

test("what is not as documented is no answer", async () => {
  const { arm } = azure({ "/items": { value: [{ name: "1" }] } });

  expect(await arm.list("/items", "1", Item)).toMatchObject({ kind: "no", status: 200 });
});
