import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";
import { DEMO_DIRECTORY } from "../../../infra/local/entra/directory.ts";
import { closeAtOnce, listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { loadOrCreateTls, type Tls } from "../../../infra/local/kit/tls.ts";
import { DEMO_CHANNELS, PLATFORM_CHANNEL, PLATFORM_WORKFLOW } from "../../../infra/local/teams/demo.ts";
import { type RunningTeams, startTeams, type TeamsOptions } from "../../../infra/local/teams/index.ts";
import { workflowUrl } from "../../../infra/local/teams/workflow-url.ts";
import { type Claims, type Issuer, startIssuer } from "../arm/issuer.ts";
import { type Reply, type RequestOptions, sendRaw } from "../arm/world.ts";
import "../patience.ts";

export const CONTROL_KEY = "open-sesame";
export const WORKFLOW_KEY = "signs addresses";
/** Tenant of the issuer that the tests share with ARM's. */
export const TENANT = "33333333-3333-4333-8333-333333333333";
export const BOT = "11111111-1111-4111-8111-111111111111";
export const FLOW_AUDIENCE = "https://service.flow.microsoft.com/";
export const CONNECTOR = "https://api.botframework.com";

/** One certificate and one signing key of the connector for all tests of a file: making them takes long. */
const folderOfFile = mkdtempSync(join(tmpdir(), "teams-"));
afterAll(() => rmSync(folderOfFile, { recursive: true }));
let shared: Promise<Tls> | undefined;

/** A running Teams and everything that a test says to it. */
export interface TeamsWorld {
  readonly url: string;
  readonly pageUrl: string;
  readonly ca: string;
  readonly issuer: Issuer;
  /** Raw HTTPS: `path` is sent as it is, and no token unless one is given. */
  send(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  control(method: string, command: string, body?: unknown): Promise<Reply>;
  /** Path and query of the address of the flow that posts to the platform channel. */
  flow(): string;
  token(claims: Claims & { tid?: string }): Promise<string>;
  restart(): Promise<void>;
}

/** Starts a Teams of this test's own; it ends with the test. */
export async function aTeams(
  options: Partial<TeamsOptions> & { readonly botEndpoint?: string } = {},
): Promise<TeamsWorld> {
  shared ??= loadOrCreateTls(folderOfFile);
  const tls = await shared;
  const { botEndpoint = "http://127.0.0.1:9/api/messages", ...more } = options;
  const folder = mkdtempSync(join(tmpdir(), "teams-"));
  const issuer = await startIssuer();
  const ca = readFileSync(tls.caFile, "utf8");
  const agent = new Agent({ ca, keepAlive: true });
  const start = (): Promise<RunningTeams> =>
    startTeams({
      file: join(folder, "teams.sqlite"),
      keysFile: join(folderOfFile, "connector-keys.json"),
      port: 0,
      pagePort: 0,
      tls,
      organisation: {
        ...DEMO_CHANNELS,
        tenantId: TENANT,
        people: DEMO_DIRECTORY.people,
        bots: [{ id: BOT, name: "Approvals", endpoint: botEndpoint }],
      },
      issuer: issuer.issuer,
      jwksUrl: issuer.jwksUrl,
      workflowKey: WORKFLOW_KEY,
      controlKey: CONTROL_KEY,
      log: () => undefined,
      ...more,
    });
  let teams = await start();
  onTestFinished(async () => {
    agent.destroy();
    await teams.close();
    await issuer.close();
    rmSync(folder, { recursive: true });
  });
  const send = (method: string, path: string, request: RequestOptions = {}) =>
    sendRaw(agent, Number(new URL(teams.url).port), method, path, request);
  return {
    get url() {
      return teams.url;
    },
    get pageUrl() {
      return teams.pageUrl;
    },
    ca,
    issuer,
    send,
    control: (method, command, body) =>
      send(method, `/_control/${command}`, { body, headers: { "x-control-key": CONTROL_KEY } }),
    flow() {
      const { pathname, search } = new URL(workflowUrl(teams.url, WORKFLOW_KEY, PLATFORM_WORKFLOW.id));
      return pathname + search;
    },
    token: (claims) => issuer.token(claims),
    async restart() {
      await teams.close();
      teams = await start();
    },
  };
}

/** A card as an app would post it. */
export const aCard = (more: Readonly<Record<string, unknown>> = {}) => ({
  $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
  type: "AdaptiveCard",
  version: "1.4",
  body: [{ type: "TextBlock", text: "A question", wrap: true }],
  actions: [{ type: "Action.OpenUrl", title: "Review", url: "http://127.0.0.1:7071/inbox/#/requests/pec-1" }],
  ...more,
});

export const CARD_TYPE = "application/vnd.microsoft.card.adaptive";

/** The envelope that a flow's template reads, and the activity that a bot posts: they are alike. */
export const messageOf = (...cards: readonly unknown[]) => ({
  type: "message",
  attachments: cards.map((content) => ({ contentType: CARD_TYPE, contentUrl: null, content })),
});

/** What is posted to the channel, newest first. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire says
export async function messagesIn(teams: TeamsWorld): Promise<any[]> {
  return (await teams.control("GET", "messages")).body.value;
}

/** What became of the runs, oldest first: the code of the failure, or undefined. */
export async function runsOf(teams: TeamsWorld): Promise<(string | undefined)[]> {
  const { body } = await teams.control("GET", "runs");
  return body.value.map((run: { error?: { code: string } }) => run.error?.code);
}

/** Where a bot posts to the platform channel. */
export const ACTIVITIES = `/emea/v3/conversations/${encodeURIComponent(PLATFORM_CHANNEL.id)}/activities`;

/** The token of the bot that is registered. */
export const botToken = (teams: TeamsWorld): Promise<string> => teams.token({ aud: CONNECTOR, appid: BOT });

/** A call of the connector, as the bot saw it. */
export interface Heard {
  readonly authorization: string | undefined;
  readonly activity: { readonly serviceUrl?: unknown; readonly value?: unknown };
}

/** A bot that answers every invoke alike: with a status and a body, or with nothing at all. */
export async function aBot(answer: { readonly status?: number; readonly body?: unknown } | "silence") {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { authorization } = request.headers;
    heard.push({ authorization, activity: JSON.parse(Buffer.concat(chunks).toString()) });
    if (answer === "silence") return;
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
  });
  const port = await listenOnLoopback(server, 0);
  onTestFinished(() => closeAtOnce(server));
  return { endpoint: `http://127.0.0.1:${port}/api/messages`, heard };
}
