import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { loadOrCreateTls, type Tls } from "../../../infra/local/kit/tls.ts";
import { startGateway } from "../../../infra/shadow/gateway.ts";

const SECRET = "what-the-app-has";
const OURS = { authorization: `Bearer ${SECRET}` };
const CLUSTERS =
  "/subscriptions/3e9e0d50-1ff8-4789-acc6-7d571bd52f17/providers/Microsoft.ContainerService/managedClusters";
const CONNECTION = `${CLUSTERS}/aks-1/privateEndpointConnections/pe-1.x`;
const RESOURCE_GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

interface Seen {
  readonly call: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let tls: Tls;
beforeAll(async () => {
  tls = await loadOrCreateTls(mkdtempSync(join(tmpdir(), "gateway-")));
});

/** What Azure says to everything, and what it has seen. */
let azure: { says: Said; seen: Seen[]; origin: string };
beforeEach(async () => {
  const seen: Seen[] = [];
  const server = createServer((incoming, response) => {
    let body = "";
    incoming.on("data", (chunk) => {
      body += chunk;
    });
    incoming.on("end", () => {
      seen.push({ call: `${incoming.method} ${incoming.url}`, headers: incoming.headers, body });
      response.writeHead(azure.says.status, azure.says.headers).end(azure.says.body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  azure = {
    says: { status: 200, body: "{}" },
    seen,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
});

/** A gateway before it, and what it has refused. */
async function aGateway() {
  const refusals: string[] = [];
  const gateway = await startGateway({
    upstream: { origin: azure.origin, token: async () => "the-engineers" },
    tls,
    secret: SECRET,
    log: (line) => void refusals.push(line),
  });
  onTestFinished(() => gateway.close());
  /** The path goes as it is, as no client of good manners would send it. */
  const call = (method: string, path: string, headers: Record<string, string> = OURS, body = "") =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const { port } = new URL(gateway.origin);
      const options = { host: "127.0.0.1", port, method, path, headers, ca: readFileSync(tls.caFile) };
      const sent = request(options, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      sent.on("error", reject).end(body);
    });
  return { ...gateway, refusals, call };
}

describe("what reads", () => {
  test("goes to Azure with the engineer's token, which the app never has, and comes back", async () => {
    azure.says = {
      status: 200,
      headers: { "x-ms-request-id": "r-1", "set-cookie": "a=b" },
      body: '{"value":[]}',
    };
    const { call } = await aGateway();

    const reply = await call("GET", `${CLUSTERS}?api-version=1`, {
      ...OURS,
      "x-ms-client-request-id": "c-1",
    });

    expect(reply).toMatchObject({ status: 200, headers: { "x-ms-request-id": "r-1" }, body: '{"value":[]}' });
    expect(reply.headers).not.toHaveProperty("set-cookie");
    expect(azure.seen).toMatchObject([
      {
        call: `GET ${CLUSTERS}?api-version=1`,
        headers: { authorization: "Bearer the-engineers", "x-ms-client-request-id": "c-1" },
      },
    ]);
  });

  test("is also the query of Resource Graph, with its body", async () => {
    const { call } = await aGateway();

    await call(
      "POST",
      RESOURCE_GRAPH,
      { ...OURS, "content-type": "application/json" },
      '{"query":"resources"}',
    );

    expect(azure.seen).toMatchObject([{ call: `POST ${RESOURCE_GRAPH}`, body: '{"query":"resources"}' }]);
  });

  test("goes without a token where it came without one, since Azure's challenge is what is wanted then", async () => {
    azure.says = { status: 401, headers: { "www-authenticate": "Bearer authorization_uri=x" } };
    const { call } = await aGateway();

    const reply = await call("GET", CLUSTERS, {});

    expect(reply).toMatchObject({
      status: 401,
      headers: { "www-authenticate": "Bearer authorization_uri=x" },
    });
    expect(azure.seen[0]?.headers).not.toHaveProperty("authorization");
  });

  test("is asked of the gateway also for a list's next page", async () => {
    const { call, origin } = await aGateway();
    azure.says = {
      status: 200,
      body: JSON.stringify({ value: [1], nextLink: `${azure.origin}/next?page=2` }),
    };

    const { body } = await call("GET", CLUSTERS);

    expect(JSON.parse(body)).toEqual({ value: [1], nextLink: `${origin}/next?page=2` });
  });
});

describe("what does not only read never leaves this machine:", () => {
  test.each([
    ["PUT", CONNECTION],
    ["PATCH", CONNECTION],
    ["DELETE", CONNECTION],
    ["HEAD", CONNECTION],
    ["OPTIONS", CONNECTION],
    ["POST", `${CLUSTERS}/aks-1/listClusterAdminCredential`],
    ["POST", "/batch"],
    ["POST", "/providers/Microsoft.ResourceGraph/resources/../../batch"],
    ["POST", "/providers/Microsoft.ResourceGraph/resources/%2e%2e/%2e%2e/batch"],
    ["POST", "/providers/Microsoft.ResourceGraph/resources%2f..%2fbatch"],
    ["POST", "/providers/Microsoft.ResourceGraph/resourcesHistory"],
  ])("%s %s", async (method, path) => {
    const { call, refusals } = await aGateway();

    const { status } = await call(method, path, { ...OURS, "x-http-method-override": "GET" });

    expect(status).toBe(403);
    expect(refusals).toEqual([expect.stringMatching(`^refused to write: ${method} /`)]);
    expect(azure.seen).toEqual([]);
  });

  test("nor is a read made one that writes by a header", async () => {
    const { call } = await aGateway();

    await call("GET", CONNECTION, { ...OURS, "x-http-method-override": "PUT", "x-ms-method": "PUT" });

    expect(azure.seen[0]?.headers).not.toHaveProperty("x-http-method-override");
    expect(azure.seen[0]?.headers).not.toHaveProperty("x-ms-method");
  });
});

describe("the engineer's token", () => {
  test.each([
    ["another token", { authorization: "Bearer guessed" }],
    ["no scheme", { authorization: SECRET }],
  ])("is used for nobody who comes with %s", async (_what, headers) => {
    const { call } = await aGateway();

    expect(await call("GET", CLUSTERS, headers)).toMatchObject({ status: 401 });
    expect(azure.seen).toEqual([]);
  });

  test.each(["//evil.example/x", "@evil.example/x", ".evil.example/x", "http://evil.example/x", ":1/x"])(
    "goes to no other place: %s",
    async (path) => {
      const { call } = await aGateway();

      const { status } = await call("GET", path);

      // Whatever the path is, it is one of Azure's.
      expect([200, 400, 502]).toContain(status);
      for (const { headers } of azure.seen) expect(headers.host).toBe(new URL(azure.origin).host);
    },
  );

  test("follows no redirect, and the app does not learn of one", async () => {
    azure.says = { status: 307, headers: { location: `${azure.origin}/elsewhere` } };
    const { call } = await aGateway();

    const reply = await call("GET", CLUSTERS);

    expect(reply.status).toBe(307);
    expect(reply.headers).not.toHaveProperty("location");
    expect(azure.seen).toHaveLength(1);
  });

  test("goes on with no list that goes on elsewhere", async () => {
    azure.says = { status: 200, body: JSON.stringify({ value: [], nextLink: "https://evil.example/next" }) };
    const { call } = await aGateway();

    const { status, body } = await call("GET", CLUSTERS);

    expect(status).toBe(502);
    expect(body).toContain("https://evil.example, which is not Azure Resource Manager");
  });
});

describe("what the app has in its place", () => {
  const identity = "/msi/token?resource=https%3A%2F%2Fmanagement.azure.com&api-version=2019-08-01";

  test("is given to who knows it already, as App Service gives tokens", async () => {
    const { call } = await aGateway();

    const { status, body } = await call("GET", identity, { "x-identity-header": SECRET });

    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ access_token: SECRET, token_type: "Bearer" });
  });

  test.each([[{}], [{ "x-identity-header": "guessed" }]])("is given to nobody else: %j", async (headers) => {
    const { call } = await aGateway();

    const { status, body } = await call("GET", identity, headers);

    expect(status).toBe(401);
    expect(body).not.toContain(SECRET);
  });
});
