import { type IncomingMessage, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS, type RunningHost, runHost } from "../functions-host/host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(fileURLToPath(new URL("exports", import.meta.url)));
});
afterAll(() => host.end("SIGTERM"));

/** The answer, of which nothing is read yet. */
const begin = (path: string, accept: string, as = "x"): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${as}`, accept };
    request(`${host.url}/api/${path}`, { headers }).on("response", resolve).on("error", reject).end();
  });

/** How many pages the store has been asked for, all in all. */
const pagesAsked = (): number => [...host.output().matchAll(/page \d+/g)].length;

/** How many there are when it has been asked for no more for a while. */
async function pagesInTheEnd(): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let before = -1, now = pagesAsked(); Date.now() < deadline; before = now, now = pagesAsked()) {
    if (before === now) return now;
    await pause(300);
  }
  throw new Error("The store is asked for ever more pages.");
}

async function textOf(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch {
    // Broken off, as `complete` says.
  }
  return { text: Buffer.concat(chunks).toString(), isWhole: response.complete };
}

describe("a trail without an end", () => {
  test.each(["text/csv", "application/x-ndjson"])(
    "as %s is read no faster than it goes out, and no further when nobody listens",
    async (type) => {
      const before = pagesAsked();

      const response = await begin("audit", type);
      const whileNobodyReads = await pagesInTheEnd();
      for (let count = 0; count < 200; count += 1) if (response.read() === null) await pause(10);
      const afterSome = await pagesInTheEnd();
      response.destroy();
      const afterTheEnd = await pagesInTheEnd();

      // A page is 40 KB at least, and all that lies between is what sockets hold, some MB.
      expect(whileNobodyReads - before).toBeLessThan(1_000);
      expect(afterSome).toBeGreaterThan(whileNobodyReads);
      expect(afterTheEnd - afterSome).toBeLessThan(5);
    },
  );
});

describe("a file for which nothing is found in looks without an end", () => {
  test("keeps nobody else waiting, and is given up when nobody listens", async () => {
    const headers = { authorization: "Bearer x", accept: "text/csv" };
    const asked = request(`${host.url}/api/audit?rule=in-vain`, { headers }).on("error", () => undefined);
    asked.end();
    await host.writes(/page \d+ in vain/);

    const meanwhile = await begin("audit/accesses?limit=1", "application/json");
    const { text } = await textOf(meanwhile);
    const whileSomebodyListens = pagesAsked();
    asked.destroy();
    const afterTheEnd = await pagesInTheEnd();

    expect(JSON.parse(text).accesses).toMatchObject([{ query: { rule: "in-vain" }, count: 0 }]);
    expect(afterTheEnd).toBeGreaterThanOrEqual(whileSomebodyListens);
    expect(host.output()).not.toContain("page 3000000 in vain");
  });
});

describe("a file that breaks off", () => {
  test.each(["text/csv", "application/x-ndjson"])(
    "as %s does not look whole: the line is cut",
    async (type) => {
      const response = await begin("audit?rule=breaks-after-100", type);
      const { text, isWhole } = await textOf(response);

      expect(response.statusCode).toBe(200);
      expect(isWhole).toBe(false);
      expect(text.split("\n").length).toBeGreaterThan(200);
      expect(await host.writes("The store is gone.")).toBe("The store is gone.");
    },
  );

  test("before it begins is no file", async () => {
    const response = await begin("audit?rule=breaks-after-0", "text/csv");

    expect(response.statusCode).toBe(500);
    expect(response.headers["content-type"]).toBe("application/problem+json");
    await textOf(response);
  });
});

describe("who cannot be kept in the log of accesses", () => {
  const id = `pec-${"0".repeat(32)}`;

  test.each([
    ["audit", "text/csv"],
    ["audit", "application/x-ndjson"],
    ["requests", "text/csv"],
    ["audit", "application/json"],
    ["requests", "application/json"],
    ["audit/accesses", "application/json"],
    ["audit/summary", "application/json"],
  ])("reads nothing: %s as %s", async (path, type) => {
    const { text } = await textOf(await begin(path, type, "unlucky"));

    expect(JSON.parse(text)).toEqual({
      type: "urn:problem:not-recorded",
      title: "Nothing can be read right now",
      status: 503,
      detail: "Who reads is kept, and that cannot be done now. Try again in a moment.",
      code: "notRecorded",
    });
  });

  test("learns that there is no such request, and nothing else", async () => {
    expect((await begin(`requests/${id}/audit`, "*/*", "unlucky")).statusCode).toBe(404);
  });
});
