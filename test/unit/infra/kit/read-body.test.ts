import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readBody } from "../../../../infra/local/kit/read-body.ts";

const aRequest = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test("a body is read whole, up to its last byte, also when a character is cut between two chunks", async () => {
  const [first, second] = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)];

  const body = await readBody(Readable.from([first, second]), 2);

  expect(body?.toString()).toBe("é");
});

test("a request without a body has an empty one", async () => {
  expect(await readBody(aRequest(), 0)).toEqual(Buffer.alloc(0));
});

test("a body of one byte too many is no body, and is read to its end all the same", async () => {
  const request = aRequest("123", "45", "6");

  const body = await readBody(request, 5);

  expect(body).toBeUndefined();
  expect(request.readableEnded).toBe(true);
});

test("a request that breaks off is an error, not a shorter body", async () => {
  const request = Readable.from(
    (function* () {
      yield Buffer.from("half");
      throw new Error("aborted");
    })(),
  );

  await expect(readBody(request, 100)).rejects.toThrow("aborted");
});
