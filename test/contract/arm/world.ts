import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { onTestFinished, vi } from "vitest";
import { REAL_LIMITS } from "../../../infra/local/arm/constants.ts";
import { type ArmOptions, startArm } from "../../../infra/local/arm/index.ts";
import { loadOrCreateTls, type Tls } from "../../../infra/local/kit/tls.ts";
import "../patience.ts";
import { type Claims, type Issuer, startIssuer } from "./issuer.ts";

export const PROVIDER = "00000000-0000-4000-8000-000000000001";
export const CONSUMER = "00000000-0000-4000-8000-000000000002";
export const CONTROL_KEY = "open-sesame";

/** So many that no test meets a limit that it is not about. */
export const UNLIMITED = Object.fromEntries(
  Object.keys(REAL_LIMITS).map((name) => [name, { burst: 1e6, perSecond: 1e6 }]),
);

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire says
  body: any;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** Null sends no Authorization header. */
  token?: string | null;
}

/** A running ARM and everything a test says to it. */
export interface ArmWorld {
  url: string;
  issuer: Issuer;
  ca: string;
  events: PublishedEvent[];
  client(subscription?: string, claims?: Claims): ContainerServiceClient;
  /** Raw HTTPS: `path` is sent as it is. */
  send(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  control(method: string, command: string, body?: unknown): Promise<Reply>;
  unrest(): readonly string[];
  restart(): Promise<void>;
}

type PublishedEvent = Parameters<ArmOptions["events"]["publish"]>[0][number];

let shared: Promise<{ tls: Tls; ca: string }> | undefined;

/** One certificate for all tests of a file. */
async function tlsOfTests(): Promise<{ tls: Tls; ca: string }> {
  const folder = mkdtempSync(join(tmpdir(), "arm-tls-"));
  try {
    const tls = await loadOrCreateTls(folder);
    return { tls, ca: readFileSync(tls.caFile, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** From now on, until the test ends, it is the same moment, which the returned function moves forward. */
export function stopTime(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  return (ms) => vi.setSystemTime(Date.now() + ms);
}

/** Starts an ARM of this test's own; it ends with the test. */
export async function anArm(options: Partial<ArmOptions> = {}): Promise<ArmWorld> {
  shared ??= tlsOfTests();
  const { tls, ca } = await shared;
  const folder = mkdtempSync(join(tmpdir(), "arm-"));
  const issuer = await startIssuer();
  const agent = new Agent({ ca, keepAlive: true });
  const token = await issuer.token();
  const events: PublishedEvent[] = [];
  const start = () =>
    startArm({
      file: join(folder, "arm.db"),
      port: 0,
      tls,
      issuer: issuer.issuer,
      jwksUrl: issuer.jwksUrl,
      controlKey: CONTROL_KEY,
      throttling: UNLIMITED,
      events: { publish: (batch) => void events.push(...batch) },
      log: () => undefined,
      ...options,
    });
  let arm = await start();
  onTestFinished(async () => {
    agent.destroy();
    await arm.close();
    await issuer.close();
    rmSync(folder, { recursive: true });
  });

  const world: ArmWorld = {
    get url() {
      return arm.url;
    },
    issuer,
    ca,
    events,
    client: (subscription = PROVIDER, claims = {}) =>
      new ContainerServiceClient(
        {
          getToken: async () => ({
            token: await issuer.token(claims),
            expiresOnTimestamp: Date.now() + 3_600_000,
          }),
        },
        subscription,
        { endpoint: arm.url, apiVersion: "2026-01-01", tlsOptions: { ca }, retryOptions: { maxRetries: 0 } },
      ),
    send: (method, path, options = {}) => sendRaw(agent, arm.port, method, path, { token, ...options }),
    control: (method, command, body) =>
      sendRaw(agent, arm.port, method, `/_control/${command}`, {
        body,
        token: null,
        headers: { "x-control-key": CONTROL_KEY },
      }),
    unrest: () => arm.unrest(),
    async restart() {
      await arm.close();
      arm = await start();
    },
  };
  return world;
}

export function sendRaw(
  agent: Agent,
  port: number,
  method: string,
  path: string,
  { body, headers = {}, token }: RequestOptions,
): Promise<Reply> {
  const content = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      agent,
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(content !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(content),
        }),
        ...headers,
      },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text && JSON.parse(text),
        });
      });
    });
    request.end(content);
  });
}

export const clusterPath = (name: string, group = "rg1"): string =>
  `/subscriptions/${PROVIDER}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;

export const endpointPath = (name: string, group = "rg2"): string =>
  `/subscriptions/${CONSUMER}/resourceGroups/${group}/providers/Microsoft.Network/privateEndpoints/${name}`;

export const AKS = "?api-version=2026-01-01";
export const NETWORK = "?api-version=2025-05-01";

/** Creates a private cluster; returns its path. */
export async function aPrivateCluster(arm: ArmWorld, name = "c1"): Promise<string> {
  const body = {
    location: "westeurope",
    properties: { apiServerAccessProfile: { enablePrivateCluster: true } },
  };
  await arm.send("PUT", clusterPath(name) + AKS, { body });
  return clusterPath(name);
}

export interface EndpointWish {
  name?: string;
  clusterId?: string;
  requestMessage?: string;
  automatic?: boolean;
  groupIds?: string[];
}

/** A consumer's PUT of a private endpoint. */
export function putEndpoint(arm: ArmWorld, wish: EndpointWish = {}): Promise<Reply> {
  const {
    name = "pe1",
    clusterId = clusterPath("c1"),
    requestMessage = "please",
    automatic,
    groupIds = ["management"],
  } = wish;
  const link = { name: "link", properties: { privateLinkServiceId: clusterId, groupIds, requestMessage } };
  const list = automatic ? "privateLinkServiceConnections" : "manualPrivateLinkServiceConnections";
  return arm.send("PUT", endpointPath(name) + NETWORK, {
    body: { location: "westeurope", properties: { [list]: [link] } },
  });
}

/** A private cluster with one Pending connection; returns the connection's name. */
export async function aPendingConnection(arm: ArmWorld): Promise<string> {
  const cluster = await aPrivateCluster(arm);
  await putEndpoint(arm);
  const { body } = await arm.send("GET", `${cluster}/privateEndpointConnections${AKS}`);
  return body.value.find((one: { name: string }) => one.name.startsWith("pe1.")).name;
}
