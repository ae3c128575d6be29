import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { TryLater, Undeliverable } from "../../../shared/notify/channel.ts";
import { envelopeOf } from "../../../shared/notify/teams/envelope.ts";
import { workflowChannel } from "../../../shared/notify/teams/workflows.ts";
import { aNotice, PLACE } from "../../unit/notify/teams/world.ts";

const SECRET = "s3cret-s3cret";

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that remembers what it is sent, and answers what it is told to. */
async function aWorkflow(answer: RequestListener) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    heard.push({ method, url, headers, body: await text(request) });
    answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { heard, url: `http://127.0.0.1:${port}/invoke?api-version=1&sig=${SECRET}` };
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = ""): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

const lines: string[] = [];
const channelTo = (url: string, token: (() => Promise<string>) | null = null, timeLimitMs = 5_000) =>
  workflowChannel(
    { name: "teams", url: () => url, token },
    { place: PLACE, info: (line) => void lines.push(line) },
    timeLimitMs,
  );

/** What a channel says that could not tell a notice. */
async function faultOf(url: string, timeLimitMs?: number): Promise<Error> {
  try {
    await channelTo(url, null, timeLimitMs).send(aNotice("asked"));
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("It was told.");
}

const failing = (code: string): string => JSON.stringify({ error: { code, message: `for sig=${SECRET}` } });

describe("a notice", () => {
  test.each([200, 202])(
    "goes out as one card, and is accepted by %i, which the log says and no more",
    async (status) => {
      lines.length = 0;
      const { heard, url } = await aWorkflow(answering(status));
      const notice = aNotice("asked");

      await channelTo(url).send(notice);

      expect(heard).toMatchObject([
        {
          method: "POST",
          url: `/invoke?api-version=1&sig=${SECRET}`,
          headers: { "content-type": "application/json; charset=utf-8" },
          body: JSON.stringify(envelopeOf(notice, PLACE)),
        },
      ]);
      expect(heard[0]?.headers.authorization).toBeUndefined();
      expect(lines).toEqual([
        `The notice ${notice.id} was accepted by its workflow (${status}). Whether it was posted only the workflow's run history says.`,
      ]);
    },
  );

  test("goes with a token where the address does not let us in", async () => {
    const { heard, url } = await aWorkflow(answering(202));

    await channelTo(url, async () => "a.b.c").send(aNotice("asked"));

    expect(heard[0]?.headers.authorization).toBe("Bearer a.b.c");
  });
});

describe("what is not accepted", () => {
  test.each([
    [
      400,
      failing("WorkflowTriggerIsNotEnabled"),
      "The workflow answered 400 WorkflowTriggerIsNotEnabled: it is turned off, or was deleted. Turn it on in Power Automate, or set the address of another one.",
    ],
    [
      401,
      failing("DirectApiAuthorizationRequired"),
      "The workflow answered 401 DirectApiAuthorizationRequired: it does not let us in. Copy its whole address with `sig`, or let this app trigger it and set TEAMS_WORKFLOW_AUDIENCE.",
    ],
    [
      404,
      "",
      "The workflow answered 404: there is none at this address. Copy the address from Power Automate again.",
    ],
    [204, "", "The workflow answered 204."],
    [500, "<html>oops</html>", "The workflow answered 500."],
    [503, failing("<at>x</at>"), "The workflow answered 503."],
  ])("says what is wrong and what to do next: %i", async (status, body, sentence) => {
    const { url } = await aWorkflow(answering(status, {}, body));

    expect((await faultOf(url)).message).toBe(sentence);
  });

  test("is too large for good, and is not tried again", async () => {
    const { url } = await aWorkflow(answering(413));

    expect(await faultOf(url)).toBeInstanceOf(Undeliverable);
  });

  test.each([
    ["7", 7_000],
    ["0", 0],
    [undefined, 60_000],
    ["soon", 60_000],
  ])("comes back when it is told to: Retry-After %s", async (after, pauseMs) => {
    const { url } = await aWorkflow(answering(429, after === undefined ? {} : { "retry-after": after }));

    const fault = await faultOf(url);

    expect(fault).toBeInstanceOf(TryLater);
    expect(fault).toMatchObject({ pauseMs });
  });

  test("comes back at a moment, too", async () => {
    const { url } = await aWorkflow(
      answering(429, { "retry-after": new Date(Date.now() + 90_000).toUTCString() }),
    );

    const { pauseMs } = (await faultOf(url)) as TryLater;

    expect(pauseMs).toBeGreaterThan(80_000);
    expect(pauseMs).toBeLessThanOrEqual(90_000);
  });

  test.each([301, 302, 303, 307, 308])("leads elsewhere (%i), where nothing is sent", async (status) => {
    const other = await aWorkflow(answering(202));
    const { url } = await aWorkflow(answering(status, { location: other.url }));

    expect((await faultOf(url)).message).toMatch(/leads elsewhere/);

    expect(other.heard).toEqual([]);
  });

  test("was never answered", async () => {
    const { url } = await aWorkflow(() => undefined);

    expect((await faultOf(url, 200)).message).toBe("The workflow did not answer within 0.2 s.");
  });

  test("was cut off", async () => {
    const { url } = await aWorkflow((request) => void request.socket.destroy());

    expect((await faultOf(url)).message).toMatch(/^The workflow cannot be reached \(\w+\)\.$/);
  });

  test("has no server", async () => {
    expect((await faultOf(`http://127.0.0.1:1/?sig=${SECRET}`)).message).toMatch(
      /^The workflow cannot be reached \(/,
    );
  });
});

test("whatever goes wrong, the secret is in nothing that is thrown", async () => {
  const failures = await Promise.all(
    [400, 401, 302, 429, 413, 500].map(async (status) => {
      const { url } = await aWorkflow(answering(status, { location: `/?sig=${SECRET}` }, failing(SECRET)));
      return faultOf(url);
    }),
  );
  const unreachable = await faultOf(`http://127.0.0.1:1/?sig=${SECRET}`);

  for (const fault of [...failures, unreachable])
    expect(`${fault.message}\n${fault.stack}\n${JSON.stringify(fault)}\n${fault.cause}`).not.toContain(
      SECRET,
    );
});

test("a card that is too large is not sent at all", async () => {
  const { heard, url } = await aWorkflow(answering(202));
  const place = { ...PLACE, publicUrl: `https://approvals.example/${"x".repeat(30_000)}` };
  const channel = workflowChannel({ name: "teams", url: () => url, token: null }, { place, info: vi.fn() });

  await expect(channel.send(aNotice("asked"))).rejects.toThrow(Undeliverable);

  expect(heard).toEqual([]);
});
