import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ARM_AUDIENCE } from "../../../infra/local/entra/constants.ts";
import { MANAGED_IDENTITY } from "../../../infra/local/entra/directory.ts";
import { type Entra, startEntra } from "../../../infra/local/entra/index.ts";
import { startTopic, type Topic } from "../../../infra/local/event-grid/topic.ts";
import { oneFile, refusedBy, runHost, writeApp } from "../functions-host/host.ts";

const IDENTITY_HEADER = "the identity's header";
const KEY = "the topic's key";
const EVENT = { specversion: "1.0", id: "c-1", source: "/s", type: "T", data: { n: 1 } };
const ONE = "application/cloudevents+json; charset=utf-8";
const MANY = "application/cloudevents-batch+json";

const folder = mkdtempSync(join(tmpdir(), "topic-"));
let entra: Entra;
let topic: Topic;
let keyless: Topic;

beforeAll(async () => {
  entra = await startEntra({
    file: join(folder, "key.json"),
    port: 0,
    identityHeader: IDENTITY_HEADER,
    log: () => undefined,
  });
  const publishers = { issuer: entra.issuer, jwksUrl: entra.jwksUrl };
  topic = await startTopic({ port: 0, publishers: { ...publishers, key: KEY } });
  keyless = await startTopic({ port: 0, publishers });
});
afterAll(async () => {
  await topic.close();
  await keyless.close();
  await entra.close();
  rmSync(folder, { recursive: true });
});

async function tokenFor(resource: string): Promise<string> {
  const url = `${entra.identityEndpoint}?api-version=2019-08-01&resource=${resource}`;
  const response = await fetch(url, { headers: { "x-identity-header": IDENTITY_HEADER } });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}
const bearer = async (resource = "https://eventgrid.azure.net") => ({
  authorization: `Bearer ${await tokenFor(resource)}`,
});

interface Publication {
  readonly headers?: Record<string, string>;
  readonly type?: string;
  readonly body?: string;
  readonly query?: string;
  readonly to?: Topic;
}
async function publish({
  headers = { "aeg-sas-key": KEY },
  type = ONE,
  body = JSON.stringify(EVENT),
  query = "?api-version=2018-01-01",
  to = topic,
}: Publication) {
  const before = to.events.length;
  const response = await fetch(to.endpoint + query, {
    method: "POST",
    headers: { ...headers, "content-type": type },
    body,
  });
  return { status: response.status, text: await response.text(), taken: to.events.slice(before) };
}

describe("a topic", () => {
  test("takes one event, or several together, by its key or by a token for Event Grid", async () => {
    const other = { ...EVENT, id: "c-2" };

    expect(await publish({})).toEqual({ status: 200, text: "", taken: [EVENT] });
    expect(await publish({ headers: await bearer() })).toMatchObject({ status: 200, taken: [EVENT] });
    expect(await publish({ type: MANY, body: JSON.stringify([EVENT, other]) })).toMatchObject({
      taken: [EVENT, other],
    });
    expect(
      await publish({ to: keyless, headers: await bearer("https://eventgrid.azure.net") }),
    ).toMatchObject({ status: 200 });
  });

  test.each<[string, () => Promise<Publication>, number, RegExp]>([
    ["nobody", async () => ({ headers: {} }), 401, /neither a key nor a bearer token/],
    ["another key", async () => ({ headers: { "aeg-sas-key": "x" } }), 401, /The key is not the topic's/],
    ["a key where there is none", async () => ({ to: keyless }), 401, /Local authentication is disabled/],
    ["a token for something else", async () => ({ headers: await bearer(ARM_AUDIENCE) }), 401, /"aud"/],
    [
      "an event of the other schema",
      async () => ({ type: "application/json" }),
      400,
      /content type must be one of/,
    ],
    ["several as one", async () => ({ body: JSON.stringify([EVENT]) }), 400, /expected object/],
    ["one as several", async () => ({ type: MANY }), 400, /expected array/],
    ["no JSON", async () => ({ body: "{" }), 400, /no JSON/],
    [
      "an event without a source",
      async () => ({ body: JSON.stringify({ ...EVENT, source: "" }) }),
      400,
      /source/,
    ],
    [
      "an attribute with a capital",
      async () => ({ body: JSON.stringify({ ...EVENT, dataVersion: "1" }) }),
      400,
      /small letters/,
    ],
    ["no version of the API", async () => ({ query: "" }), 400, /api-version must be 2018-01-01/],
    [
      "too much",
      async () => ({ body: JSON.stringify({ ...EVENT, data: "x".repeat(1024 * 1024) }) }),
      413,
      /at most 1 MB/,
    ],
  ])("refuses %s", async (_what, publication, status, message) => {
    const refused = await publish(await publication());

    expect(refused).toEqual({ status, text: expect.stringMatching(/^\{"error":\{"code":/), taken: [] });
    expect(JSON.parse(refused.text).error.message).toMatch(message);
  });

  test("fails as often as it is told to", async () => {
    topic.fail(503, 429);

    expect([await publish({}), await publish({}), await publish({})].map(({ status }) => status)).toEqual([
      503, 429, 200,
    ]);
  });
});

const APP = writeApp(
  oneFile(`
    const topic = output.eventGrid({ connection: "Out" });
    app.post("publish", { extraOutputs: [topic], handler: async (request, context) => {
      context.extraOutputs.set(topic, await request.json());
      return { status: 202 };
    } });
  `),
);
const settings = () => ({
  Out__topicEndpointUri: topic.endpoint,
  IDENTITY_ENDPOINT: entra.identityEndpoint,
  IDENTITY_HEADER,
});

describe("a function whose output is a topic, by the identity of the app", () => {
  test.each([
    ["the app's own", {}],
    ["a user-assigned one", { Out__credential: "managedidentity", Out__clientId: MANAGED_IDENTITY.clientId }],
  ])(
    "%s: what it puts out is published, and where it cannot be the function has failed",
    async (_what, more) => {
      const host = await runHost(APP, { env: { ...settings(), ...more } });
      const before = topic.events.length;
      const put = async (value: unknown) =>
        (await fetch(`${host.url}/api/publish`, { method: "POST", body: JSON.stringify(value) })).status;

      expect(await put(EVENT)).toBe(202);
      expect(await put([EVENT, { ...EVENT, id: "c-2" }])).toBe(202);
      expect(
        await put([EVENT, { id: "e", subject: "s", eventType: "T", eventTime: "2026-11-30T00:00:00Z" }]),
      ).toBe(500);
      topic.fail(503);
      expect(await put(EVENT)).toBe(500);

      expect(topic.events.slice(before).map(({ id }) => id)).toEqual(["c-1", "c-1", "c-2"]);
      await host.writes(/The output eventGrid\w* was not accepted: The topic answered 503/);
      await host.end("SIGKILL");
    },
  );

  test("that has no such identity has failed", async () => {
    const more = {
      Out__credential: "managedidentity",
      Out__clientId: "00000000-0000-4000-8000-000000000000",
    };
    const host = await runHost(APP, { env: { ...settings(), ...more } });

    expect(
      (await fetch(`${host.url}/api/publish`, { method: "POST", body: JSON.stringify(EVENT) })).status,
    ).toBe(500);

    await host.writes(/The identity endpoint answered 400: .*No User Assigned/);
    await host.end("SIGKILL");
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ["no endpoint", { Out__topicEndpointUri: "" }, /Out__topicEndpointUri is not set/],
    ["no URL", { Out__topicEndpointUri: "topic" }, /Out__topicEndpointUri must hold the URL of a topic/],
    [
      "another kind of credential",
      { Out__credential: "workloadidentity" },
      /only managedidentity is supported/,
    ],
  ])("with %s keeps the host from starting", async (_what, more, message) => {
    const { code, output } = await refusedBy(APP, { env: { ...settings(), ...more } });

    expect(code).toBe(1);
    expect(output).toMatch(message);
  });

  test("beside an endpoint or a key keeps the host from starting", async () => {
    const app = writeApp(
      oneFile(
        'app.timer("t", { schedule: "0 0 0 1 1 *", handler: () => {}, return: output.generic({ type: "eventGrid", connection: "Out", topicEndpointUri: "A", topicKeySetting: "B" }) });',
      ),
    );

    expect((await refusedBy(app, { env: settings() })).output).toMatch(/must not stand beside/);
  });
});
