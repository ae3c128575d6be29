import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, vi } from "vitest";
import { missingOf } from "../../../functions/kit/missing.ts";
import { Problem, problemResponse } from "../../../functions/kit/problem.ts";
import { createSignIn } from "../../../functions/kit/sign-in.ts";
import { routes } from "../../../functions/routes.ts";
import { startArm } from "../../../infra/local/arm/index.ts";
import { API_CLIENT_ID, ARM_AUDIENCE, TENANT_ID } from "../../../infra/local/entra/constants.ts";
import { MANAGED_IDENTITY, RELEASE_PIPELINE } from "../../../infra/local/entra/directory.ts";
import { startEntra } from "../../../infra/local/entra/index.ts";
import { loadOrCreateTls } from "../../../infra/local/kit/tls.ts";
import { trustAuthority } from "../../../infra/local/kit/trust.ts";
import { appToken, personToken } from "../../../infra/local/world/tokens.ts";
import { parseConfig } from "../../../shared/config.ts";
import { instant } from "../../../shared/connection/connection.ts";
import { digestSeals, textOf } from "../../../shared/evidence/digest.ts";
import { nobody } from "../../../shared/request/recipients.ts";
import { folderDigests } from "../../../shared/store/digests/folder.ts";
import { nameOf } from "../../../shared/store/digests/names.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { aKey } from "../../fixtures/seals.ts";
import { AKS, CONSUMER, CONTROL_KEY, clusterPath, PROVIDER, sendRaw, UNLIMITED } from "../arm/world.ts";

export { CONSUMER, PROVIDER } from "../arm/world.ts";

export const APP_ID = `/subscriptions/${PROVIDER}/resourceGroups/rg-approvals/providers/Microsoft.Web/sites/func-approvals`;
const HEADER = "what-the-platform-gives";
const IN_PROVIDER = `/subscriptions/${PROVIDER}`;
const ROLE = "7a1f0c52-0c0e-4d53-9f0e-5d8c8f6b1a11";
export const TOPIC = `${IN_PROVIDER}/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/approvals`;
const NAMESPACE = `${IN_PROVIDER}/resourceGroups/rg-approvals/providers/Microsoft.ServiceBus/namespaces/sb-approvals`;

/** What the app answers, by path below `/api/`; null: as it is when everything is well. */
export interface AppSays {
  status?: number;
  body?: unknown;
}

const seals = digestSeals([aKey("main")]);

/** Azure, Entra and the app, on loopback and in this process: as they are when everything is well. */
export async function aWorld() {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  const tls = await loadOrCreateTls(folder);
  trustAuthority(tls.caFile);
  const entra = await startEntra({
    file: join(folder, "key.json"),
    port: 0,
    identityHeader: HEADER,
    log: () => undefined,
  });
  const arm = await startArm({
    file: join(folder, "arm.db"),
    port: 0,
    tls,
    issuer: entra.issuer,
    jwksUrl: entra.jwksUrl,
    controlKey: CONTROL_KEY,
    throttling: UNLIMITED,
    queriesPerWindow: 1e6,
    events: { publish: () => undefined },
    log: () => undefined,
  });
  const agent = new Agent({ ca: readFileSync(tls.caFile, "utf8") });
  const control = (command: string, body: unknown) =>
    sendRaw(agent, arm.port, "POST", `/_control/${command}`, {
      body,
      headers: { "x-control-key": CONTROL_KEY },
    });

  const app = await anApp(entra.issuer);
  const store = join(folder, "audit.db");
  openSqliteStore(store, nobody, () => undefined).close();
  const place = { entra: entra.url, tenantId: entra.tenantId };
  const env: Readonly<Record<string, string>> = {
    CLUSTER_SCOPES: IN_PROVIDER,
    TENANT_ID,
    SIGN_IN_ISSUER: entra.issuer,
    SIGN_IN_AUDIENCE: API_CLIENT_ID,
    INBOX_CLIENT_ID: MANAGED_IDENTITY.clientId,
    AUDIT_STORE: store,
    RECORD_KEYS: `main:${"A".repeat(43)}=`,
    PUBLIC_URL: app.url,
    ServiceBus__fullyQualifiedNamespace: "sb-approvals.servicebus.windows.net",
    ARM_ENDPOINT: arm.url,
    ARM_AUDIENCE,
    APP_ID,
    APP_PRINCIPAL_ID: MANAGED_IDENTITY.oid,
    IDENTITY_ENDPOINT: entra.identityEndpoint,
    IDENTITY_HEADER: HEADER,
    APPROVALS_TOKEN: await personToken(place, "ana", API_CLIENT_ID),
  };
  vi.stubEnv("IDENTITY_ENDPOINT", env.IDENTITY_ENDPOINT);
  vi.stubEnv("IDENTITY_HEADER", HEADER);

  const cluster = {
    location: "westeurope",
    properties: { apiServerAccessProfile: { enablePrivateCluster: true } },
  };
  const token = await appToken(place, RELEASE_PIPELINE);
  await sendRaw(agent, arm.port, "PUT", clusterPath("aks-1") + AKS, { body: cluster, token });
  await control("subscriptions", { id: CONSUMER });

  const describe = (id: string, properties: unknown) => control("described", { id, properties });
  const digests = folderDigests(`${store}.digests`);
  const world = {
    env,
    app,
    describe,
    control,
    place,
    /** What az prints of the engineer who is signed in to it. */
    engineersToken: token,
    /** How many writes Azure has seen since the world is there. */
    async writes() {
      const { body } = await sendRaw(agent, arm.port, "GET", "/_control/requests", {
        headers: { "x-control-key": CONTROL_KEY },
      });
      const isWrite = ({ method, path }: { method: string; path: string }) =>
        method !== "GET" && !path.startsWith("/providers/Microsoft.ResourceGraph/");
      return body.value.filter(isWrite).length;
    },
    /** What the app's identity may do in the clusters' subscription. */
    async mayDo(actions: readonly string[], notActions: readonly string[] = []) {
      const role = `${IN_PROVIDER}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`;
      await describe(role, { roleName: "approver", permissions: [{ actions, notActions }] });
      await describe(`${IN_PROVIDER}/providers/Microsoft.Authorization/roleAssignments/${ROLE}`, {
        roleDefinitionId: role,
        principalId: MANAGED_IDENTITY.oid,
        principalType: "ServicePrincipal",
      });
    },
    queue: (name: string, properties: unknown) => describe(`${NAMESPACE}/queues/${name}`, properties),
    eventSubscription: (properties: unknown) =>
      describe(`${TOPIC}/eventSubscriptions/private-endpoint-hints`, properties),
    /** The newest digest is so old, in ms. */
    async digestOf(ageMs: number) {
      rmSync(`${store}.digests`, { recursive: true, force: true });
      const until = instant(Date.now() - ageMs);
      const digest = {
        version: 1 as const,
        number: 1,
        from: instant(0),
        until,
        more: false,
        previous: null,
        trails: 0,
        records: 0,
        heads: [],
      };
      await digests.write(1, textOf(digest, seals));
    },
    noDigests: () => rmSync(`${store}.digests`, { recursive: true, force: true }),
    damagedDigest: () => writeFileSync(join(`${store}.digests`, nameOf(1)), "nothing\n"),
  };
  afterAll(async () => {
    agent.destroy();
    app.close();
    await arm.close();
    await entra.close();
    rmSync(folder, { recursive: true });
  });
  return world;
}

export type World = Awaited<ReturnType<typeof aWorld>>;

/** The app's API as far as it is asked: tokens are verified as the app does, and each answer is one that the app could give. */
async function anApp(issuer: string) {
  let says: Readonly<Record<string, AppSays>> = {};
  let aheadMs = 0;
  const server = createServer((request, response) => {
    void answer(request.url ?? "", request.headers.authorization ?? null).then(({ status = 200, body }) => {
      response.sendDate = false;
      response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString());
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = parseConfig({
    CLUSTER_SCOPES: IN_PROVIDER,
    TENANT_ID,
    SIGN_IN_ISSUER: issuer,
    SIGN_IN_AUDIENCE: API_CLIENT_ID,
    AUDIT_STORE: ":memory:",
    RECORD_KEYS: `main:${"A".repeat(43)}=`,
    PUBLIC_URL: url,
    ServiceBus: "Endpoint=sb://nowhere",
  });
  const signIn = createSignIn(config);

  const usual: Readonly<Record<string, unknown>> = {
    "sign-in": { issuer, clientId: MANAGED_IDENTITY.clientId, scopes: [], apiClientId: API_CLIENT_ID },
    health: { status: "well", troubles: [] },
    policy: aPolicy({}),
  };

  async function answer(path: string, authorization: string | null): Promise<AppSays> {
    const name = path.replace("/api/", "");
    const said = says[name];
    if (said !== undefined && said.status !== 200) return said;
    if (name === "sign-in" || name === "health") return as(name, said?.body ?? usual[name]);
    try {
      const caller = await signIn(authorization);
      const { oid, roles, groups, name: called } = caller;
      const me = { oid, name: called, roles, groups, missing: missingOf(caller, config) };
      return as(name, said?.body ?? (name === "me" ? me : usual[name]));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status = 500, jsonBody } = problemResponse(error);
      return { status, body: jsonBody };
    }
  }

  return {
    url,
    says: (path: string, said: AppSays) => {
      says = { [path]: said };
    },
    isAhead: (ms: number) => {
      aheadMs = ms;
    },
    isWell() {
      says = {};
      aheadMs = 0;
    },
    close: () => server.close(),
  };
}

/** @throws where the app could not say so */
function as(name: string, body: unknown): AppSays {
  const route = routes.find(({ path }) => path === name);
  if (route === undefined) throw new Error(`The app has no ${name}.`);
  return { status: 200, body: route.replySchema.parse(body) };
}

/** What the app says of its policy. */
export const aPolicy = (differences: object): unknown => ({
  file: "policy.yaml",
  version: null,
  text: "",
  hash: "c0ffee".repeat(10),
  mode: "enforce",
  approvals: "on",
  writes: "on",
  switches: {
    settings: { killSwitch: "off", writes: "on" },
    file: {
      file: "switches.json",
      isThere: false,
      killSwitch: "off",
      writes: "on",
      readAt: null,
      problem: null,
      isStopped: false,
    },
  },
  rules: 3,
  freezes: { now: [], next: null },
  inForceSince: instant(0),
  rejectsFrom: null,
  readAt: instant(0),
  ageSeconds: 1,
  refusals: 0,
  refused: null,
  lastLookFailed: null,
  ...differences,
});
