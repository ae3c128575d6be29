import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTopic, type Topic } from "../../infra/local/event-grid/topic.ts";
import { loadOrCreateTls } from "../../infra/local/kit/tls.ts";
import { dataFolder } from "../../infra/local/supervisor/data-folder.ts";
import { freePort } from "../../infra/local/supervisor/ports.ts";
import { problemOfEvent } from "../fixtures/event-schemas.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { aStack } from "./stack.ts";

const README = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");
const KEY = `whsec_${randomBytes(32).toString("base64")}`;

/** Ports that nobody uses now: the settings name them before anything listens there. */
const [hookPort, topicPort] = [await freePort(undefined, []), await freePort(undefined, [])];

/** What came of a test. */
interface Tested {
  readonly id: string;
  readonly channels: readonly { readonly channel: string; readonly result: string }[];
}

/** The receiver of the README, as somebody would save and start it. */
async function startReceiver(key: string, port: number) {
  const [, code = ""] = /`receiver\.mjs`:\n\n```js\n([\s\S]*?)```/.exec(README) ?? [];
  expect(code).toContain("createServer");
  const file = join(newFolder(), "receiver.mjs");
  writeFileSync(file, code);
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, WEBHOOK_KEY: key, PORT: String(port) },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return {
    /** What it was told of a request, by its own lines: those that were signed. */
    toldOf: (id: string): string[] =>
      output
        .split("\n")
        .flatMap((line) => (line.startsWith(`${id}:`) ? [/request\.(\w+)\.v1/.exec(line)?.[1] ?? line] : [])),
    output: () => output,
    end: async () => {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

describe("events for other systems", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({
    NOTICE_SCHEDULE: "*/2 * * * * *",
    WEBHOOK_PRIVATE: "on",
    WEBHOOK_URL_TICKETS: `http://127.0.0.1:${hookPort}/`,
    WEBHOOK_KEYS_TICKETS: `whsec_${randomBytes(32).toString("base64")},${KEY}`,
    WEBHOOK_URL_STRANGER: `http://127.0.0.1:${hookPort}/`,
    WEBHOOK_KEYS_STRANGER: `whsec_${randomBytes(32).toString("base64")}`,
    WEBHOOK_FILTER_STRANGER: "kind=closed",
    EventGridOut__topicEndpointUri: `https://127.0.0.1:${topicPort}/api/events`,
    EVENT_GRID_FILTER: "kind=asked,reviewed,decided,closed",
  });
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let topic: Topic;

  beforeAll(async () => {
    receiver = await startReceiver(KEY, hookPort);
    const { entra, tenantId } = stack.endpoints();
    const issuer = `${entra}/${tenantId}/v2.0`;
    topic = await startTopic({
      port: topicPort,
      tls: await loadOrCreateTls(dataFolder(stack.data).tls),
      publishers: { issuer, jwksUrl: `${entra}/${tenantId}/discovery/v2.0/keys` },
    });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await receiver.end();
    await topic.close();
  });

  const published = (id: string) => topic.events.filter((event) => event.id.startsWith(`${id}:`));

  test("what a rule approves is told to a webhook and to a topic, each of what it wants, in order and once", async () => {
    await stack.consumer.requests("pe-trusted-told");
    await eventually(async () => expect((await stack.api.request("pe-trusted-told")).state).toBe("closed"));
    const { id } = await stack.api.request("pe-trusted-told");

    await eventually(() => expect(receiver.toldOf(id)).toEqual(["received", "decided", "closed"]));
    await eventually(() => expect(published(id)).toHaveLength(2));
    expect(published(id).map(problemOfEvent)).toEqual([null, null]);
    expect(published(id)[1]).toMatchObject({
      type: "dev.aksprivatelink.request.closed.v1",
      source: stack.endpoints().app,
      data: { outcome: "approved", decision: "approve", state: "closed" },
    });
  });

  test("what people are asked and say is told, without their sign-in names; a topic that fails hears of it later", async () => {
    topic.fail(503);
    await stack.consumer.requests("pe-told");
    await eventually(async () => expect((await stack.api.request("pe-told")).state).toBe("waiting"));
    await stack.api.reviews("ana", "pe-told", "approve");
    await eventually(async () => expect((await stack.api.request("pe-told")).state).toBe("closed"));
    const { id } = await stack.api.request("pe-told");

    await eventually(() =>
      expect(receiver.toldOf(id)).toEqual(["received", "asked", "reviewed", "decided", "closed"]),
    );
    await eventually(() => expect(published(id)).toHaveLength(4));
    expect(published(id).map(problemOfEvent)).toEqual([null, null, null, null]);
    expect(JSON.stringify(published(id))).not.toContain("@");
    expect(stack.output()).toMatch(/could not be delivered: .*The topic answered 503/);
  });

  test("a receiver with another key refuses what it gets, and nothing is given up so soon", async () => {
    await eventually(async () => {
      const { body } = await stack.api.as("cy").get("/api/notices");
      expect(body).toMatchObject({
        channels: expect.arrayContaining([
          expect.objectContaining({ channel: "webhook-stranger", pending: expect.any(Number), givenUp: 0 }),
          expect.objectContaining({ channel: "webhook-tickets", pending: 0 }),
          expect.objectContaining({ channel: "event-grid", pending: 0, givenUp: 0 }),
        ]),
      });
    });
    expect(stack.output()).toMatch(/webhook-stranger could not be delivered: .*it answered 401/);
  });

  test("each channel is tried, and what came of it is told, whatever its filter wants to hear", async () => {
    const { status, body } = await stack.api.as("ana").post("/api/notify-tests");

    expect(status).toBe(200);
    const results = Object.fromEntries(
      (body as Tested).channels.map(({ channel, result }) => [channel, result]),
    );
    expect(results).toEqual({
      ...{ log: "accepted", teams: "unknown", "security-duty": "accepted" },
      ...{ "webhook-tickets": "accepted", "webhook-stranger": "refused", "event-grid": "unknown" },
    });
    const { id } = body as Tested;
    expect(receiver.output()).toContain(
      `${id} dev.aksprivatelink.notify.test.v1 This is a test of the channel`,
    );
    expect(topic.events.filter((event) => event.id === id).map(problemOfEvent)).toEqual([null]);
  });

  test("that the topic refuses is told in our words, since the host's are for the log", async () => {
    topic.fail(503);

    const { body } = await stack.api.as("ana").post("/api/notify-tests", { channels: ["event-grid"] });

    expect(body).toMatchObject({
      channels: [
        {
          result: "refused",
          sentence: expect.stringMatching(/^The host could not put it out; its log says why\. Compare/),
        },
      ],
    });
  });

  test("the schema of what they get is there for everybody", async () => {
    const response = await fetch(
      `${stack.endpoints().app}/api/events/schemas/dev.aksprivatelink.request.closed.v1`,
    );
    const unknown = await fetch(
      `${stack.endpoints().app}/api/events/schemas/dev.aksprivatelink.request.opened.v1`,
    );

    expect(await response.json()).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
    expect(unknown.status).toBe(404);
  });
});
