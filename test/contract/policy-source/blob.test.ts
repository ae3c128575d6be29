import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { BlobServiceClient, type BlockBlobUploadOptions } from "@azure/storage-blob";
import { describe, expect, onTestFinished, test } from "vitest";
import { policyInBlob } from "../../../shared/azure/policy-blob.ts";
import { PolicyAddress } from "../../../shared/policy-address.ts";
import { anAzurite } from "../../fixtures/azurite.ts";

const azurite = anAzurite();
const NOBODY = { getToken: async () => null };

/** The address of a blob in an account, as a setting. */
function blobAt(connectionString: string, container: string) {
  const address = PolicyAddress.parse(`${connectionString};Container=${container};Blob=prod/policy.json`);
  if (address.kind !== "blob") throw new Error("It is not the address of a blob.");
  return address;
}

/** A container of its own, and a source whose pauses take no time; `meanwhile` is what happens in each of them. */
async function aSource(meanwhile: (() => Promise<unknown>)[] = []) {
  const name = `policy-${randomBytes(4).toString("hex")}`;
  const { connectionString } = azurite();
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(name);
  await container.create();
  const pauses: number[] = [];
  const { source, switches } = policyInBlob({
    address: blobAt(connectionString, name),
    credential: NOBODY,
    pause: async (ms) => {
      pauses.push(ms);
      await meanwhile.shift()?.();
    },
  });
  const blob = container.getBlockBlobClient("prod/policy.json");
  const upload = (text: string | Buffer, options: BlockBlobUploadOptions = {}) =>
    blob.upload(text, Buffer.byteLength(text), options);
  return { read: source.read, switches, upload, pauses, container, shown: `${name}/prod/policy.json` };
}

describe("a policy in a blob", () => {
  test("is read whole, under its address and without lists", async () => {
    const { read, upload, shown } = await aSource();
    await upload("é{}\n");

    expect(await read()).toMatchObject({ file: shown, text: "é{}\n", lists: new Map() });
  });

  test("is told with its version, when it was written, and who wrote it as they say", async () => {
    const { read, upload } = await aSource();
    const { etag, lastModified } = await upload("{}", { metadata: { author: "ana", commit: "0a1b2c3" } });

    expect((await read()).version).toEqual({
      version: etag,
      writtenAt: lastModified?.toISOString(),
      author: "ana",
      commit: "0a1b2c3",
    });
  });

  test("that has not changed is not sent again, and needs no second look", async () => {
    const { read, upload, pauses } = await aSource();
    await upload("{}");
    const first = await read();
    pauses.length = 0;

    const again = await read();

    expect(again).toEqual(first);
    expect(pauses).toEqual([]);
  });

  test("that is replaced is the new one from the next look on", async () => {
    const { read, upload, pauses } = await aSource();
    await upload("old");
    await read();
    pauses.length = 0;

    await upload("new", { metadata: { author: "bo" } });

    expect(await read()).toMatchObject({ text: "new", version: { author: "bo" } });
    expect(pauses).toEqual([1_000]);
  });

  test("that is replaced twice in a row counts as the last one left it", async () => {
    const uploads: (() => Promise<unknown>)[] = [];
    const { read, upload, pauses } = await aSource(uploads);
    await upload("old");
    await read();
    pauses.length = 0;
    uploads.push(() => upload("second"));
    await upload("first");

    expect((await read()).text).toBe("second");

    expect(pauses).toHaveLength(2);
  });

  test("that never comes to rest is given up, and read the next time", async () => {
    const uploads: (() => Promise<unknown>)[] = [];
    const { read, upload, shown } = await aSource(uploads);
    await upload("old");
    await read();
    uploads.push(...["1", "2", "3", "4", "5"].map((text) => () => upload(text)));
    await upload("0");

    await expect(read()).rejects.toThrow(`${shown} is replaced again and again.`);

    expect((await read()).text).toBe("5");
  });
});

describe("a policy in a blob that cannot be read", () => {
  test("is missing, and so is its container", async () => {
    const { read, shown, container, pauses } = await aSource();

    await expect(read()).rejects.toThrow(`${shown} cannot be read: there is no such blob.`);
    await container.delete();
    await expect(read()).rejects.toThrow(`${shown} cannot be read: there is no such container.`);

    expect(pauses).toEqual([1_000, 1_000]);
  });

  test("is missed only when a second look misses it as well", async () => {
    const uploads: (() => Promise<unknown>)[] = [];
    const { read, upload } = await aSource(uploads);
    uploads.push(() => upload("{}"));

    expect((await read()).text).toBe("{}");
  });

  test("may have 4 MiB and not one byte more", async () => {
    const { read, upload, shown } = await aSource();
    await upload(Buffer.alloc(4_194_304, "x"));

    expect((await read()).text).toHaveLength(4_194_304);

    await upload(Buffer.alloc(4_194_305, "x"));
    await expect(read()).rejects.toThrow(`${shown} is larger than 4096 KiB; make it smaller.`);
  });

  test("is no UTF-8 text, or packed", async () => {
    const { read, upload, shown } = await aSource();
    await upload(Buffer.from("{ \xe8 }", "latin1"));
    await expect(read()).rejects.toThrow(`${shown} is no UTF-8 text; save it as UTF-8.`);

    await upload(gzipSync("{}"), { blobHTTPHeaders: { blobContentEncoding: "gzip" } });
    await expect(read()).rejects.toThrow(`${shown} is packed (gzip); upload it as it is.`);
  });

  test("is forbidden: the sentence says which role is missing", async () => {
    const { account, blobEndpoint } = azurite();
    const key = Buffer.alloc(64).toString("base64");
    const text = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${blobEndpoint}`;
    const { source } = policyInBlob({
      address: blobAt(text, "policy"),
      credential: NOBODY,
      pause: async () => null,
    });

    await expect(source.read()).rejects.toThrow(
      "policy/prod/policy.json cannot be read: the app's identity may not; give it Storage Blob Data Reader on the container.",
    );
  });
});

describe("the switches in a blob beside it", () => {
  test("are absent, then there, then other ones, then gone", async () => {
    const { switches, container, shown } = await aSource();
    const blob = container.getBlockBlobClient("prod/switches.json");
    const put = (text: string) => blob.upload(text, Buffer.byteLength(text));
    const seen = [await switches.read()];

    for (const text of ['{"killSwitch":"on"}', "{}"]) {
      await put(text);
      seen.push(await switches.read(), await switches.read());
    }
    await blob.delete();
    seen.push(await switches.read());

    expect(seen).toEqual([null, '{"killSwitch":"on"}', '{"killSwitch":"on"}', "{}", "{}", null]);
    expect(switches.file).toBe(shown.replace("policy.json", "switches.json"));
  });

  test("cannot be told when their container is gone: they are not absent, which would let go on what they stop", async () => {
    const { switches, container } = await aSource();
    const text = '{"killSwitch":"on"}';
    await container.getBlockBlobClient("prod/switches.json").upload(text, text.length);
    await switches.read();

    await container.delete();

    await expect(switches.read()).rejects.toThrow(
      /switches\.json cannot be read: there is no such container\.$/,
    );
  });

  test("that are larger than any switches are not read", async () => {
    const { switches, container } = await aSource();
    await container.getBlockBlobClient("prod/switches.json").upload(" ".repeat(4_097), 4_097);

    await expect(switches.read()).rejects.toThrow(/switches\.json is larger than 4 KiB; make it smaller\.$/);
  });
});

describe("a storage that is in trouble", () => {
  /** A source at a storage that answers so, and for how long it paused. */
  async function at(answer: RequestListener) {
    const server = createServer(answer).listen(0, "127.0.0.1");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const text = `DefaultEndpointsProtocol=http;AccountName=local;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:${port}/local`;
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const { source } = policyInBlob({
      address: blobAt(text, "policy"),
      credential: NOBODY,
      pause,
      timeLimitMs: 200,
    });
    return { read: source.read, pauses };
  }
  const HEADERS = { etag: '"1"', "last-modified": new Date(0).toUTCString(), "content-type": "text/plain" };

  test.each<[string, RequestListener, string]>([
    ["says nothing", () => undefined, "its storage did not answer in time."],
    [
      "stops in the middle of a policy",
      (_request, response) => void response.writeHead(200, { ...HEADERS, "content-length": 9 }).write("half"),
      "its storage did not answer in time.",
    ],
    [
      "breaks off in the middle of a policy",
      (_request, response) => {
        response.writeHead(200, { ...HEADERS, "content-length": 9 });
        response.write("half", () => response.destroy());
      },
      "",
    ],
    [
      "does not say how long a policy is",
      (_request, response) => void response.writeHead(200, HEADERS).end("half"),
      "",
    ],
    ["has a bad day", (_request, response) => void response.writeHead(503).end(), ""],
  ])("that %s has no policy to offer", async (_what, answer, because) => {
    const { read } = await at(answer);

    await expect(read()).rejects.toThrow(`policy/prod/policy.json cannot be read: ${because}`);
  });

  test.each([
    ["for days", 86_400, []],
    ["for less than a second", 0, [1_000]],
  ])(
    "that has the same policy %s is looked at as often as a file when the app starts",
    async (_how, age, looks) => {
      const written = new Date(Date.UTC(2026, 10, 2));
      const { read, pauses } = await at((_request, response) => {
        const date = new Date(written.getTime() + age * 1_000).toUTCString();
        const headers = { ...HEADERS, "last-modified": written.toUTCString(), date, "content-length": 2 };
        response.writeHead(200, headers).end("{}");
      });

      expect((await read()).text).toBe("{}");

      expect(pauses).toEqual(looks);
    },
  );

  test("is believed in nothing that it says of a writer: that is one line, short, and printable", async () => {
    const said = { "x-ms-meta-author": "a\t\t".repeat(600), "x-ms-meta-commit": "\t" };
    const { read } = await at((_request, response) => {
      response.writeHead(200, { ...HEADERS, ...said, "content-length": 2 }).end("{}");
    });

    const { version } = await read();

    expect(version).toEqual({
      version: '"1"',
      writtenAt: "1970-01-01T00:00:00.000Z",
      author: expect.stringMatching(/^(?:a ){59}a…$/),
      commit: null,
    });
  });
});
