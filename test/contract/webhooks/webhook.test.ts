import type { RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { TryLater, Undeliverable } from "../../../shared/notify/channel.ts";
import { EVERYTHING } from "../../../shared/notify/events/filter.ts";
import { type Address, AddressError, createPost, type Resolve } from "../../../shared/notify/events/post.ts";
import { isSignedBy, type SignedHeaders, WebhookKeysText } from "../../../shared/notify/events/signature.ts";
import { webhook } from "../../../shared/notify/events/webhook.ts";
import { assessed, decided } from "../../fixtures/entries.ts";
import { problemOfEvent } from "../../fixtures/event-schemas.ts";
import { eventsOf } from "../../fixtures/request-events.ts";
import { type Receiver, startPlainReceiver, startReceiver } from "./receiver.ts";

const KEYS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `whsec_${"A".repeat(44)}`];
const NOW = Date.parse("2026-11-30T12:00:00Z");
const MINUTE = 60_000;

const EVENTS = eventsOf(assessed(), decided());
const [RECEIVED, ASSESSED, DECIDED] = EVENTS;
if (RECEIVED === undefined || ASSESSED === undefined || DECIDED === undefined)
  throw new Error("There are three.");

const atHome: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];

interface Differences {
  readonly url?: URL;
  readonly allowsPrivate?: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

/** A webhook to a receiver; what is said about addresses is where its name leads. */
const to = ({ url }: Pick<Receiver, "url">, differences: Differences = {}) => {
  const { allowsPrivate = true, resolve = atHome, timeoutMs = 2_000, now = () => NOW } = differences;
  return webhook(
    {
      name: "webhook-test",
      url: differences.url ?? url,
      keys: WebhookKeysText.parse(KEYS.join(",")),
      filter: EVERYTHING,
    },
    {
      publicUrl: "https://approvals.contoso.com",
      post: createPost({ allowsPrivate, resolve, timeoutMs }),
      now,
      random: () => 0,
    },
  );
};

const answering =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end("whatever");

const named = (port: number, host = "hooks.contoso.com") => new URL(`https://${host}:${port}/hook`);

describe("what a receiver gets", () => {
  test("one event, as its schema says, signed by both keys, under the id that a repeat would have", async () => {
    const receiver = await startReceiver();

    await to(receiver).send(DECIDED);

    const [call] = receiver.calls;
    expect(call).toMatchObject({
      method: "POST",
      url: "/hook",
      headers: {
        "content-type": "application/json",
        "webhook-id": DECIDED.id,
        "webhook-timestamp": String(NOW / 1_000),
      },
    });
    expect(problemOfEvent(JSON.parse(call?.body ?? "null"))).toBeNull();
    expect(JSON.parse(call?.body ?? "null").id).toBe(DECIDED.id);
    const headers = call?.headers as unknown as SignedHeaders;
    for (const key of KEYS)
      expect(isSignedBy(WebhookKeysText.parse(key), { headers, body: call?.body ?? "" }, NOW)).toBe(true);
  });

  test("nothing of a record that others are not told of", async () => {
    const receiver = await startReceiver();

    await to(receiver).send(ASSESSED);

    expect(receiver.calls).toEqual([]);
  });

  test("the next one by the same connection, as long as it is short of words", async () => {
    const receiver = await startReceiver(answering(200));
    const hook = to(receiver);

    await hook.send(RECEIVED);
    await sleep(50);
    await hook.send(DECIDED);

    expect(receiver.calls).toHaveLength(2);
    expect(receiver.connections()).toBe(1);
  });
});

describe("a receiver that", () => {
  test.each([200, 201, 202, 204, 299])("answers %i has it", async (status) => {
    const receiver = await startReceiver(answering(status));

    await to(receiver).send(DECIDED);

    expect(receiver.calls).toHaveLength(1);
  });

  test.each([400, 401, 403, 404, 422, 500])("answers %i is tried again by the schedule", async (status) => {
    const hook = to(await startReceiver(answering(status)));

    await expect(hook.send(DECIDED)).rejects.toThrow(new Error(`it answered ${status}`));
    expect(hook.pauseAfter?.(1)).toBe(5_000);
  });

  test.each([301, 302, 303, 307, 308])("sends the app elsewhere by %i is not followed", async (status) => {
    const elsewhere = await startReceiver();
    const receiver = await startReceiver(answering(status, { location: elsewhere.url.href }));

    await expect(to(receiver).send(DECIDED)).rejects.toThrow(/redirections are not followed/);

    expect(elsewhere.calls).toEqual([]);
  });

  test("is gone is asked no more, and each event for it is given up", async () => {
    const receiver = await startReceiver(answering(410));
    const hook = to(receiver);

    await expect(hook.send(RECEIVED)).rejects.toThrow(Undeliverable);
    await expect(hook.send(DECIDED)).rejects.toThrow(
      /it answered 410, so webhook-test gets nothing any more until/,
    );

    expect(receiver.calls).toHaveLength(1);
    await expect(to(receiver).send(DECIDED)).rejects.toThrow(Undeliverable);
    expect(receiver.calls).toHaveLength(2);
  });

  test.each<[number, string | undefined, number]>([
    [429, "120", 2 * MINUTE],
    [503, "Mon, 30 Nov 2026 12:03:00 GMT", 3 * MINUTE],
    [502, undefined, 0],
    [504, "soon", 0],
    [429, "-5", 0],
    [429, "999999999", 60 * MINUTE],
  ])("answers %i with Retry-After %s is asked for nothing for %i ms", async (status, retryAfter, pauseMs) => {
    const receiver = await startReceiver(
      answering(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    );
    let now = NOW;
    const hook = to(receiver, { now: () => now });
    const failure = await Promise.resolve(hook.send(RECEIVED)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(TryLater);
    expect(failure).toMatchObject({ pauseMs });
    if (pauseMs > 0) {
      now += pauseMs - 1;
      await expect(hook.send(DECIDED)).rejects.toThrow("it asked for a pause");
      expect(receiver.calls).toHaveLength(1);
      now += 1;
    }
    await expect(hook.send(DECIDED)).rejects.toThrow(`it answered ${status}`);
    expect(receiver.calls).toHaveLength(2);
  });

  test("is slow has failed when the time is up", async () => {
    const receiver = await startReceiver(() => undefined);

    await expect(to(receiver, { timeoutMs: 200 }).send(DECIDED)).rejects.toThrow("no answer within 0.2 s");
  });

  test("drips its headers has failed when the time is up, too", async () => {
    const receiver = await startReceiver((_request, { socket }) => {
      socket?.write("HTTP/1.1 200 OK\r\n");
      const drip = setInterval(() => socket?.write("x: y\r\n"), 20);
      socket?.on("close", () => clearInterval(drip)).on("error", () => clearInterval(drip));
    });

    await expect(to(receiver, { timeoutMs: 300 }).send(DECIDED)).rejects.toThrow("no answer within 0.3 s");
  });

  test("is slow holds up few calls: the others come again later", async () => {
    const receiver = await startReceiver(() => undefined);
    const hook = to(receiver, { timeoutMs: 3_000 });

    const ends = await Promise.all(
      Array.from({ length: 13 }, () =>
        Promise.resolve(hook.send(DECIDED)).catch((error: Error) => error.message),
      ),
    );

    expect(receiver.calls).toHaveLength(10);
    expect(ends.filter((end) => end === "it is slow, and others wait for it")).toHaveLength(3);
  });

  test("answers without an end is read no further, and its line is cut", async () => {
    let written = 0;
    const closed = Promise.withResolvers<void>();
    const receiver = await startReceiver((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) written += 1;
      };
      response.on("drain", more).on("close", () => closed.resolve());
      more();
    });

    await to(receiver, { timeoutMs: 30_000 }).send(DECIDED);
    await closed.promise;

    expect(written).toBeLessThan(500);
  });

  test.each<[string, RequestListener]>([
    ["closes it without a word", (_request, { socket }) => void socket?.end()],
    ["answers what is no HTTP", (_request, { socket }) => void socket?.end("hello\r\n\r\n")],
    [
      "has headers without an end",
      (_request, { socket }) => void socket?.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`),
    ],
    [
      "switches protocols",
      (_request, { socket }) =>
        void socket?.end("HTTP/1.1 101 x\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    ],
  ])("%s has failed", async (_what, answer) => {
    const receiver = await startReceiver(answer);

    const failure = await Promise.resolve(to(receiver).send(DECIDED)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(Undeliverable);
  });

  test("resets the connection has failed", async () => {
    const receiver = await startPlainReceiver((_request, { socket }) => void socket?.resetAndDestroy());

    await expect(to(receiver).send(DECIDED)).rejects.toThrow(/ECONNRESET/);
  });

  test("nobody runs has failed", async () => {
    await expect(to({ url: new URL("https://localhost:1/") }).send(DECIDED)).rejects.toThrow(/ECONNREFUSED/);
  });

  test("has a certificate of another name gets nothing", async () => {
    const receiver = await startReceiver();
    const hook = to(receiver, { url: named(receiver.port) });

    await expect(hook.send(DECIDED)).rejects.toThrow(/does not match certificate's altnames/);
    expect(receiver.calls).toEqual([]);
  });
});

describe("where nothing is sent", () => {
  /** Resolves to each of these in turn, and counts. */
  const turns = (...answers: readonly (readonly string[])[]) => {
    const asked: string[] = [];
    const resolve: Resolve = async (hostname) => {
      const addresses = answers[asked.push(hostname) - 1] ?? [];
      return addresses.map((address): Address => ({ address, family: address.includes(":") ? 6 : 4 }));
    };
    return { asked, resolve };
  };

  test.each<[string, readonly string[], boolean]>([
    ["this machine", ["127.0.0.1"], false],
    ["a private network", ["10.1.2.3"], false],
    ["a metadata service, even where private addresses are allowed", ["169.254.169.254"], true],
    ["Azure's platform, even then", ["168.63.129.16"], true],
    ["this machine as an IPv6 address carries it, even then", ["::ffff:127.0.0.1"], true],
    ["a name of which one address is private", ["20.50.2.1", "127.0.0.1"], false],
    ["a name of which one address is a metadata service, even then", ["127.0.0.1", "169.254.169.254"], true],
    ["a name without an address", [], true],
  ])("%s", async (_what, addresses, allowsPrivate) => {
    const receiver = await startReceiver();
    const { resolve, asked } = turns(addresses);

    await expect(to(receiver, { resolve, allowsPrivate }).send(DECIDED)).rejects.toThrow(AddressError);

    expect(asked).toEqual(["localhost"]);
    expect(receiver.connections()).toBe(0);
  });

  test.each([
    "127.0.0.1",
    "0x7f.1",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "169.254.169.254",
    "localhost",
  ])("https://%s/, where private addresses are not allowed", async (host) => {
    const { port, connections } = await startReceiver();
    const post = createPost({ allowsPrivate: false });

    await expect(post(named(port, host), {}, "{}")).rejects.toThrow(AddressError);

    expect(connections()).toBe(0);
  });

  test("what is connected to is what was looked at, though the name leads elsewhere a moment later", async () => {
    const receiver = await startReceiver();
    const { resolve, asked } = turns(["127.0.0.1"], ["169.254.169.254"]);
    const hook = to(receiver, { resolve });

    await hook.send(DECIDED);

    expect(asked).toHaveLength(1);
    expect(receiver.calls).toHaveLength(1);
  });

  test("each new connection is looked at anew", async () => {
    const receiver = await startReceiver(answering(200, { connection: "close" }));
    const { resolve, asked } = turns(["127.0.0.1"], ["169.254.169.254"]);
    const hook = to(receiver, { resolve });

    await hook.send(RECEIVED);
    await expect(hook.send(DECIDED)).rejects.toThrow(
      "the address 169.254.169.254 is no address of the internet",
    );

    expect(asked).toHaveLength(2);
    expect(receiver.calls).toHaveLength(1);
  });
});

test("on this machine it may be plain http", async () => {
  const receiver = await startPlainReceiver();

  await to(receiver).send(DECIDED);

  expect(receiver.calls).toHaveLength(1);
});
