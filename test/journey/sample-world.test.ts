import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { Endpoints } from "../../infra/local/supervisor/endpoints.ts";
import { FIRST_REQUESTS, FURTHER_REQUESTS } from "../../infra/local/world/sample-requests.ts";
import { apiOf } from "./kit/api.ts";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { type Command, newFolder, runCommand } from "./kit/processes.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ALL = [...FIRST_REQUESTS, ...FURTHER_REQUESTS].map(({ name }) => name);

const folder = newFolder();
const data = join(folder, "data");
const api = apiOf(() => Endpoints.parse(JSON.parse(readFileSync(join(data, "endpoints.json"), "utf8"))));
let stack: Command;

const start = (): Command => {
  const options = ["--app", ROOT, "--data", data, "--port", "0", "--arm-rate", "1000000/1000000"];
  stack = runCommand("start.ts", options, { POLICY: join(ROOT, "policy.yaml") });
  return stack;
};
const stop = (): Promise<number | NodeJS.Signals> => {
  stack.process.kill("SIGINT");
  return stack.ended;
};

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.log(stack.output());
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
}, TIMEOUT_MS);

test("the sample world that was interrupted twice is completed by the next start, and nothing in it is done twice", {
  timeout: TIMEOUT_MS,
}, async () => {
  await start().says("sample: pe-data-jobs");
  expect(await stop()).toBe(0);
  await start().says("sample: ana approves pe-cards-audit");
  expect(await stop()).toBe(0);

  await start().says("the sample world is complete");

  const whole = await Promise.all(ALL.map((name) => api.request(name)));
  const fates = whole.map(({ state, closure }, index) => [ALL[index], closure?.outcome ?? state]);
  expect(Object.fromEntries(fates)).toEqual({
    "pe-data-jobs": "waiting",
    "pe-payments-01-prod": "approved",
    "pe-sandbox-test": "rejected",
    // Nobody answers it within five minutes, and a test may take so long.
    "pe-oncall-debug": expect.stringMatching(/^(?:waiting|expired)$/),
    "pe-payments-11-prod": "approved",
    // ARM refuses it for some minutes.
    "pe-payments-12-prod": expect.stringMatching(/^(?:applying|approved)$/),
    "pe-payment-13-prod": "waiting",
    "pe-erp-invoices": "approved",
    "pe-erp-legacy": "rejected",
    "pe-campaign-dashboard": "waiting",
    "pe-hr-payroll": "waiting",
    "pe-playground-kubectl": "rejected",
    "pe-cards-settlement": "waiting",
    "pe-cards-audit": "waiting",
    "pe-cards-reporting": "approved",
    "pe-cards-admin": "waiting",
    "pe-fraud-scoring": "waiting",
    "pe-intern-laptop": "waiting",
    "pe-web-shop": "approved",
    "pe-web-preview": "failed",
    "pe-data-lab": "approved",
    "pe-forecast-neu": "waiting",
    "pe-bi-desktop": "superseded",
    "pe-fabrikam-orders": "rejected",
  });
  const said = (await api.records("pe-cards-audit")).flatMap(({ kind, actor }) =>
    actor.kind === "person" ? [`${kind} by ${actor.name}`] : [],
  );
  expect(said).toEqual([
    "reviewed by Ana Approver (AKS platform)",
    "withdrawn by Ana Approver (AKS platform)",
  ]);
});

test("later the sample world is left alone: the next start says how many wait, and where to answer", {
  timeout: TIMEOUT_MS,
}, async () => {
  await stop();

  await start().says("In a script");

  expect(stack.output()).toMatch(/where the last start ended, 24 requests: \d+ waiting for people, /);
  expect(stack.output()).toMatch(/\n {2}Open http:.*\/inbox\/ and sign in as Ana \(approver\)\.\n/);
  expect(stack.output()).not.toContain("sample:");
});
