import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { EventFilterText } from "../../../shared/notify/events/filter.ts";
import { createPost, type Resolve } from "../../../shared/notify/events/post.ts";
import { isSignedBy, type SignedHeaders, WebhookKeysText } from "../../../shared/notify/events/signature.ts";
import { webhook } from "../../../shared/notify/events/webhook.ts";
import type { TestMessage } from "../../../shared/notify/trial.ts";
import { NINE } from "../../fixtures/builders.ts";
import { assessed, decided } from "../../fixtures/entries.ts";
import { problemOfEvent } from "../../fixtures/event-schemas.ts";
import { eventsOf } from "../../fixtures/request-events.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const KEYS = WebhookKeysText.parse(`whsec_${"A".repeat(43)}=,whsec_${"B".repeat(43)}=`);
const TEST: TestMessage = { id: "test-6f1d2b7a-0c7e-4b42-9d0b-0a4c4f6f3a11", at: NINE };
const NOW = Date.parse(NINE);

const atHome: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];

const to = (url: URL, resolve: Resolve = atHome, allowsPrivate = true) =>
  webhook(
    {
      name: "webhook-ticket-system",
      url,
      keys: KEYS,
      filter: EventFilterText.parse("kind=closed&cluster=none"),
    },
    {
      publicUrl: "https://approvals.contoso.com",
      post: createPost({ allowsPrivate, resolve, timeoutMs: 1_000 }),
      now: () => NOW,
      random: () => 0,
    },
  );

/** What anybody would hate to find in a terminal or a log. */
const HOSTILE = "\u001b[2J<script>alert(1)</script>";
const answering =
  (status: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { "retry-after": "soon", "x-why": "s3cret" }).end(HOSTILE);

const trying = async (receiver: Pick<Receiver, "url">) => to(receiver.url).sendTest(TEST);

describe("a test", () => {
  test("comes whatever the filter lets through, signed by both keys, under its own id", async () => {
    const receiver = await startReceiver();

    const tried = await trying(receiver);

    expect(tried).toEqual({
      result: "accepted",
      sentence: "It answered 204: it took the test, signed as events are.",
    });
    const [call, ...others] = receiver.calls;
    if (call === undefined) throw new Error("Nothing came.");
    const { headers, body } = call;
    expect(others).toEqual([]);
    expect(headers["webhook-id"]).toBe(TEST.id);
    for (const key of KEYS)
      expect(isSignedBy([key], { headers: headers as Partial<SignedHeaders>, body }, NOW)).toBe(true);
    expect(problemOfEvent(JSON.parse(body))).toBeNull();
  });

  test.each<[number, string]>([
    [
      302,
      "It answered 302, and redirections are not followed. Set WEBHOOK_URL_TICKET_SYSTEM to where it leads.",
    ],
    [
      401,
      "It answered 401: it does not take what it gets. Compare the keys that it knows with WEBHOOK_KEYS_TICKET_SYSTEM, and its clock with the time.",
    ],
    [
      404,
      "It answered 404: nothing takes events there. Compare WEBHOOK_URL_TICKET_SYSTEM with the receiver's address.",
    ],
    [
      410,
      "It answered 410: it wants nothing any more. Take WEBHOOK_URL_TICKET_SYSTEM away, or have the receiver put right; then restart the app.",
    ],
    [429, "It answered 429: it has too much to do. Try again in some minutes."],
    [500, "It answered 500. Look into the receiver's own log, then try again."],
  ])(
    "that is answered by %i is refused, with what to do, and with no word of the receiver",
    async (status, sentence) => {
      const receiver = await startReceiver(answering(status));

      expect(await trying(receiver)).toEqual({ result: "refused", sentence });
    },
  );

  test("puts no receiver off, and takes no pause of its away: it is no event", async () => {
    const receiver = await startReceiver(answering(410));
    const [, , event] = eventsOf(assessed(), decided());
    if (event === undefined) throw new Error("There are three.");
    const channel = to(receiver.url);

    await channel.sendTest(TEST);
    await expect(channel.send(event)).rejects.toThrow("it answered 410");

    expect(receiver.calls).toHaveLength(2);
  });

  test("to a receiver that said 410 before tells that events do not go there", async () => {
    let status = 410;
    const receiver = await startReceiver((_request, response) => void response.writeHead(status).end());
    const [, , event] = eventsOf(assessed(), decided());
    if (event === undefined) throw new Error("There are three.");
    const channel = to(receiver.url);
    await expect(channel.send(event)).rejects.toThrow("410");

    status = 204;

    expect(await channel.sendTest(TEST)).toEqual({
      result: "refused",
      sentence:
        "It answered 204, and 410 before: it gets no events until the app starts anew. Restart the app.",
    });
  });
});

describe("where no answer comes, the kind of failure is told and no message of it", () => {
  const NEXT = "Compare WEBHOOK_URL_TICKET_SYSTEM with the receiver's address, then try again.";

  test("nobody listens", async () => {
    expect(await to(new URL("https://127.0.0.1:1/hook")).sendTest(TEST)).toEqual({
      result: "refused",
      sentence: `Nobody listens there. ${NEXT}`,
    });
  });

  test("its certificate is another's, whose names nobody is shown", async () => {
    const { port } = await startReceiver();

    const tried = await to(new URL(`https://hooks.contoso.com:${port}/hook`)).sendTest(TEST);

    expect(tried.sentence).toBe(
      `Its certificate or its TLS is not sound (ERR_TLS_CERT_ALTNAME_INVALID). ${NEXT}`,
    );
  });

  test("it speaks no HTTP", async () => {
    const server = createServer((socket) => void socket.end(`${HOSTILE}\r\n\r\n`));
    const port = await listenOnLoopback(server, 0);
    onTestFinished(() => void server.close());

    const tried = await to(new URL(`http://127.0.0.1:${port}/hook`)).sendTest(TEST);

    expect(tried.sentence).toBe(`No answer came (HPE_INVALID_CONSTANT). ${NEXT}`);
  });

  test("it takes too long", async () => {
    const receiver = await startReceiver(() => undefined);

    expect((await trying(receiver)).sentence).toBe(`It did not answer in time. ${NEXT}`);
  });

  test("nothing is sent to a private address that is not allowed", async () => {
    const receiver = await startReceiver();

    const tried = await to(receiver.url, atHome, false).sendTest(TEST);

    expect(tried.sentence).toBe(
      `Nothing was sent: the address 127.0.0.1 is no address of the internet; WEBHOOK_PRIVATE=on would allow it. ${NEXT}`,
    );
    expect(receiver.calls).toEqual([]);
  });
});
