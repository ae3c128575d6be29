import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startEntra } from "../../../infra/local/entra/index.ts";
import { writeHostKeys } from "../../../infra/local/kit/host-keys.ts";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { dataFolder } from "../../../infra/local/supervisor/data-folder.ts";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";
import { play, type Stage } from "../../../infra/local/world/play.ts";
import { CONSUMERS } from "../../../infra/local/world/sample-places.ts";
import type { SampleRequest } from "../../../infra/local/world/sample-requests.ts";
import { PATIENCE_MS } from "../patience.ts";

const ERP = { consumer: "sub-erp-prod", resourceGroup: "rg", cluster: "aks-payments-prod" } as const;
const APPROVED_BY_DI: SampleRequest = {
  ...ERP,
  name: "pe-approved",
  steps: [{ by: "di", review: "approve", reason: "fine" }],
};
const QUIET: SampleRequest = { ...ERP, name: "pe-quiet" };
const FOREIGN: SampleRequest = { ...ERP, name: "pe-foreign", consumer: "Fabrikam Logistics" };

interface AppPlan {
  readonly reviews: number;
  readonly failures?: number;
  readonly sweepFailures?: number;
}

/**
 * An app of this test's own: each endpoint that is created waits for people, that of another tenant once there was a sweep,
 * and each review is answered so. Its first calls fail, and its first sweeps.
 */
async function aStage({ reviews, failures = 0, sweepFailures = 0 }: AppPlan) {
  const folder = mkdtempSync(join(tmpdir(), "play-"));
  const entra = await startEntra({
    ...{ file: join(folder, "key.json"), port: 0, identityHeader: "x", log: () => undefined },
  });
  const [created, reviewed, said]: [string[], unknown[], string[]] = [[], [], []];
  let failuresLeft = failures;
  let sweepFailuresLeft = sweepFailures;
  let isSwept = false;
  const app = createServer(async (request, response) => {
    const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    const path = request.url ?? "";
    if (failuresLeft-- > 0) return reply(503, { detail: "starting" });
    if (path.startsWith("/admin/")) {
      isSwept = sweepFailuresLeft-- <= 0;
      return reply(isSwept ? 202 : 503, { detail: "starting" });
    }
    if (request.method === "POST") {
      reviewed.push(await new Response(request as never).json());
      return reply(reviews, { detail: "You are not asked." });
    }
    if (path.endsWith("/audit"))
      return reply(200, { records: reviews === 200 ? reviewed.map(() => ({ kind: "reviewed" })) : [] });
    const whole = { state: "waiting", connectionId: "/c", ask: { seq: 3 } };
    const listed = (name: string) => ({
      ...{ state: "waiting", outcome: null, id: name, endpoint: name },
      consumer: CONSUMERS[name === FOREIGN.name ? FOREIGN.consumer : ERP.consumer].id,
    });
    const known = [...new Set(created)].filter((name) => isSwept || name !== FOREIGN.name);
    return path.startsWith("/api/requests?")
      ? reply(200, { requests: known.map(listed) })
      : reply(200, { ...whole, id: path });
  });
  const origin = `http://127.0.0.1:${await listenOnLoopback(app, 0)}`;
  const abort = new AbortController();
  onTestFinished(async () => {
    app.closeAllConnections();
    app.close();
    await entra.close();
    rmSync(folder, { recursive: true });
  });
  mkdirSync(dataFolder(folder).app, { recursive: true });
  writeHostKeys(dataFolder(folder).app, { masterKey: "of the test" });
  const place = { app: origin, entra: entra.url, tenantId: entra.tenantId };
  const refuse = () => Promise.reject(new Error("nobody does that here"));
  const stage: Stage = {
    folder: dataFolder(folder),
    endpoints: { ...place, audience: "api://aks-private-endpoint-approvals" } as Endpoints,
    actors: {
      platform: {} as Stage["actors"]["platform"],
      consumers: {
        ...({} as Stage["actors"]["consumers"]),
        putPrivateEndpoint: async ({ name }) => {
          created.push(name);
          return name;
        },
      },
      control: { describeSubscription: refuse, nameCreator: refuse, refuseWritesTo: refuse },
    },
    log: (line) => void said.push(line),
    signal: abort.signal,
    pauseMs: 0,
  };
  return { stage, created, reviewed, said, abort };
}

test("an answer that the app refuses is told, tried once, and holds up nothing", {
  timeout: PATIENCE_MS,
}, async () => {
  const { stage, created, reviewed, said } = await aStage({ reviews: 403 });

  await play(stage, [APPROVED_BY_DI, QUIET]);

  expect(created).toEqual(["pe-approved", "pe-quiet"]);
  expect(reviewed).toHaveLength(1);
  expect(said).toContain("sample: di approves pe-approved, which the app refuses: You are not asked.");
});

test("an app that does not answer for a moment is asked again, and nothing is done twice", {
  timeout: PATIENCE_MS,
}, async () => {
  const { stage, created, reviewed } = await aStage({ reviews: 200, failures: 3 });

  await play(stage, [APPROVED_BY_DI, QUIET]);

  expect(created).toEqual(["pe-approved", "pe-quiet"]);
  expect(reviewed).toEqual([{ review: "approve", reason: "fine", asked: 3 }]);
});

test("an app that is killed before it could be told to sweep is told once it is back", {
  timeout: PATIENCE_MS,
}, async () => {
  const { stage, said } = await aStage({ reviews: 200, sweepFailures: 1 });

  await play(stage, [FOREIGN]);

  expect(said).toEqual(["sample: pe-foreign of Fabrikam Logistics asks for aks-payments-prod"]);
});

test("who stops the play stops it before the next step", { timeout: PATIENCE_MS }, async () => {
  const { stage, created, abort } = await aStage({ reviews: 200 });
  const stopping = { ...stage, log: () => abort.abort() };

  await expect(play(stopping, [APPROVED_BY_DI, QUIET])).rejects.toThrow("aborted");

  expect(created).toEqual(["pe-approved"]);
});
