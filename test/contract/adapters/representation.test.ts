import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { exportTypeOf, representation } from "../../../functions/kit/representation.ts";

const long = { text: "a".repeat(2_000) };
const short = { text: "a" };
const ask = (reply: unknown, headers: Record<string, string> = {}) =>
  representation(reply, new Headers(headers));
const headersOf = async (...of: Parameters<typeof ask>) =>
  (await ask(...of)).headers as Record<string, string>;

describe("a reply", () => {
  test.each([
    ["gzip", long, true],
    ["br, gzip;q=0.5", long, true],
    ["*", long, true],
    ["GZIP", long, true],
    ["gzip;q=0", long, false],
    ["*;q=0", long, false],
    ["gzip;q=0, *", long, false],
    ["br", long, false],
    ["x-gzip-not", long, false],
    ["", long, false],
    ["gzip", short, false],
  ])("for who takes %j is compressed where it is long: %#", async (accepted, reply, isZipped) => {
    const { status, headers, body } = await ask(reply, { "accept-encoding": accepted });

    const encoding = (headers as Record<string, string>)["content-encoding"];
    expect(status).toBe(200);
    expect(encoding).toBe(isZipped ? "gzip" : undefined);
    expect(isZipped ? gunzipSync(body as Buffer).toString() : body).toBe(JSON.stringify(reply));
    expect((headers as Record<string, string>).vary).toBe("accept, accept-encoding, authorization");
  });

  test("has a strong tag of its very bytes", async () => {
    const { etag } = await headersOf(long);
    const { etag: same } = await headersOf({ ...long });
    const { etag: zipped } = await headersOf(long, { "accept-encoding": "gzip" });
    const { etag: other } = await headersOf({ text: `b${"a".repeat(1_999)}` });

    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(same).toBe(etag);
    expect(new Set([etag, zipped, other]).size).toBe(3);
  });

  test("is not sent to who has it, and is to who has another", async () => {
    const { etag = "" } = await headersOf(long);
    const answered = (tags: string) => ask(long, { "if-none-match": tags });

    for (const tags of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) {
      const { status, body, headers } = await answered(tags);
      expect([status, body, (headers as Record<string, string>).etag], tags).toEqual([304, undefined, etag]);
    }
    for (const tags of ['"x"', etag.slice(1), `${etag}x`, "", `"${etag}"`])
      expect((await answered(tags)).status, tags).toBe(200);
  });
});

describe("who accepts", () => {
  test.each([
    [null, null],
    ["*/*", null],
    ["application/json", null],
    ["text/html,application/xhtml+xml,*/*;q=0.8", null],
    ["text/csv", "text/csv"],
    ["Text/CSV; q=1", "text/csv"],
    ["application/x-ndjson", "application/x-ndjson"],
    ["text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"],
    ["text/csv, */*;q=0.1", "text/csv"],
    ["text/csv;q=0.5, application/json", null],
    ["text/csv, application/json", null],
    ["text/csv;q=0", null],
    ["text/csvx", null],
  ])("%j gets %j", (accepted, type) => {
    expect(exportTypeOf(accepted)).toBe(type);
  });
});
