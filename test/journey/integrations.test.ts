import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { DEMO_SECRET, RELEASE_PIPELINE, RESPONSE_FLOW } from "../../infra/local/entra/directory.ts";
import { appToken } from "../../infra/local/world/tokens.ts";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { anaWith } from "./kit/tokens.ts";
import { ANSWERED, ASKED, settlesOnce } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const RECIPES = readFileSync(new URL("../../infra/recipes/README.md", import.meta.url), "utf8");
const STRANGE_TENANT = "11111111-1111-4111-8111-111111111111";
const KEY = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

/** The first block of a language in the recipes. */
const recipe = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(RECIPES)?.[1] ?? "";

/** The integrations as the recipes have them, and an endpoint's name for each way of asking. */
const ASKING = POLICY.replace(
  /^rules:$/m,
  `${recipe("yaml").split("rules:")[0]}rules:
  - name: by-ticket
    when: { endpoint: { name: "pe-ticket-*" } }
    then: { ask: { approvers: [ticket-system], timeout: 8h } }
  - name: by-pipeline
    when: { endpoint: { name: "pe-pipeline-*" } }
    then: { ask: { approvers: [release-pipeline], timeout: 8h } }
  - name: by-flow-and-person
    when: { endpoint: { name: "pe-flow-*" } }
    then: { ask: { approvers: { response-flow: 1, aks-platform: 1 }, timeout: 8h } }`,
);

const stack = aStack({ INTEGRATION_KEYS_TICKET_SYSTEM: KEY, POLICY_SCHEDULE: "* * * * * *" });
writeFileSync(stack.policyFile, ASKING);
const { api } = stack;

const askedOf = async (name: string): Promise<string> => {
  const { id, ask } = await api.request(name);
  return `${id}:${ask?.seq}`;
};

/** What a program says and how it ends, with these settings and nothing else of ours. */
async function run(command: string, args: readonly string[], input: string, env: Record<string, string>) {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env } });
  child.stdin.end(input);
  const [out, errors, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.on("close", resolve)),
  ]);
  return { out, errors, status };
}

const entra = () => `${stack.endpoints().entra}/${stack.endpoints().tenantId}`;

describe("the recipes, as they stand", { timeout: TIMEOUT_MS }, () => {
  const changeIsApproved = (asked: string, change: string, key = KEY) =>
    run(process.execPath, ["--input-type=module", "-"], recipe("js"), {
      APPROVALS_URL: stack.endpoints().app,
      INTEGRATION_KEY: key,
      ASKED: asked,
      CHANGE: change,
      APPROVED_BY: "bo@contoso.example",
    });

  test("a ticket system approves what waits for its change; sent again, it is told what is on record", async () => {
    await peopleAreAsked(stack, "pe-ticket-1");
    const asked = await askedOf("pe-ticket-1");

    const first = await changeIsApproved(asked, "CHG0012345");
    const again = await changeIsApproved(asked, "CHG0012345");

    expect(first).toMatchObject({ status: 0, errors: "" });
    expect(first.out).toMatch(/^200 .*"isReplay":false/);
    expect(again.out).toMatch(/^200 .*"isReplay":true/);
    await settlesOnce(stack, "pe-ticket-1", [...ASKED, ...ANSWERED]);
    expect((await stack.arm.connection("pe-ticket-1")).description).toMatch(
      /^Approved by integration ticket-system: Change CHG0012345 is approved\. \[pec-/,
    );
    const { records } = z
      .object({ records: z.array(z.object({ kind: z.string(), sentence: z.string() })) })
      .parse((await api.as("fay").get(`/api/requests/${asked.split(":")[0]}/audit`)).body);
    expect(records.find(({ kind }) => kind === "reviewed")?.sentence).toBe(
      'Integration ticket-system approves: Change CHG0012345 is approved. Ticket-system says: "CHG0012345", on behalf of "bo@contoso.example".',
    );
  });

  test("a forger's word is nobody's", async () => {
    await peopleAreAsked(stack, "pe-ticket-2");

    const forged = await changeIsApproved(await askedOf("pe-ticket-2"), "CHG1", `whsec_${"A".repeat(44)}`);

    expect(forged.status).toBe(1);
    expect(forged.out).toMatch(/^401 .*"code":"foreignSignature"/);
    expect(await stack.trail("pe-ticket-2")).toEqual(ASKED);
  });

  test("a pipeline finds what is asked and approves it by its app's token", async () => {
    await peopleAreAsked(stack, "pe-pipeline-1");

    const { status, out, errors } = await run("sh", ["-s"], recipe("sh"), {
      APPROVALS_URL: stack.endpoints().app,
      TOKEN_URL: `${entra()}/oauth2/v2.0/token`,
      CLIENT_ID: RELEASE_PIPELINE.clientId,
      CLIENT_SECRET: DEMO_SECRET,
      API: stack.endpoints().audience,
      ENDPOINT: "pe-pipeline-1",
      RUN: "20261130.4",
    });

    expect({ status, errors }).toEqual({ status: 0, errors: "" });
    expect(JSON.parse(out)).toMatchObject({ answer: "approve", isReplay: false });
    await settlesOnce(stack, "pe-pipeline-1", [...ASKED, ...ANSWERED]);
  });

  test("a flow that waits for a response gives its own word; the person who is asked has still to say theirs", async () => {
    await peopleAreAsked(stack, "pe-flow-1");

    const reply = await flowAnswers(await askedOf("pe-flow-1"), {
      submitActionId: "approve",
      reason: "Fine.",
    });
    const waits = await api.request("pe-flow-1");
    const ana = await api.reviews("ana", "pe-flow-1", "approve");

    expect(reply.status).toBe(200);
    expect(waits).toMatchObject({
      state: "waiting",
      ask: { reviews: [{ by: { kind: "integration", name: "response-flow" }, signInNames: [] }] },
    });
    expect(ana).toMatchObject({ status: 200, body: { state: "applying" } });
    await settlesOnce(stack, "pe-flow-1", [...ASKED, "reviewed", ...ANSWERED]);
  });

  test("a flow whose responder rejects is refused, since it may approve only", async () => {
    await peopleAreAsked(stack, "pe-flow-2");

    const reply = await flowAnswers(await askedOf("pe-flow-2"), { submitActionId: "reject", reason: "No." });

    expect(reply).toMatchObject({ status: 403, body: { code: "mayNotReject" } });
    expect(await stack.trail("pe-flow-2")).toEqual(ASKED);
  });
});

/** Does what Power Automate does with the recipe's action: fills in its expressions, gets the token, sends the body. */
async function flowAnswers(asked: string, response: { submitActionId: string; reason: string }) {
  const values: Readonly<Record<string, string>> = {
    "parameters('approvals')": stack.endpoints().app,
    "parameters('authority')": stack.endpoints().entra,
    "parameters('tenant')": stack.endpoints().tenantId,
    "parameters('api')": stack.endpoints().audience,
    "parameters('clientId')": RESPONSE_FLOW.clientId,
    "parameters('clientSecret')": DEMO_SECRET,
    "triggerBody()?['id']": asked,
    "workflow()?['run']?['name']": "08584",
    "body('Wait_for_a_response')?['submitActionId']": response.submitActionId,
    "body('Wait_for_a_response')?['data']?['reason']": response.reason,
    "body('Wait_for_a_response')?['responder']?['userPrincipalName']": "ana@contoso.example",
  };
  const filled = recipe("json").replace(/@\{([^}]*)\}/g, (_all, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`The flow has nothing for ${expression}.`);
    return value;
  });
  const { inputs } = Action.parse(JSON.parse(filled));
  const { authentication, body, uri } = inputs;
  expect(authentication).toMatchObject({
    authority: stack.endpoints().entra,
    clientId: RESPONSE_FLOW.clientId,
  });
  const token = await appToken(stack.endpoints(), RESPONSE_FLOW, authentication.audience);
  return api.send(uri.slice(stack.endpoints().app.length), {
    method: inputs.method,
    headers: { ...inputs.headers, authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

const Action = z.object({
  type: z.literal("Http"),
  inputs: z.object({
    method: z.string(),
    uri: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.record(z.string(), z.string()),
    authentication: z.looseObject({ audience: z.string() }),
  }),
});

test("killed while it takes a review, the app has it on record once, and says so when asked again", {
  timeout: TIMEOUT_MS,
}, async () => {
  await peopleAreAsked(stack, "pe-ticket-3");
  const body = JSON.stringify({ asked: await askedOf("pe-ticket-3"), answer: "approve", externalId: "CHG3" });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.alloc(32, 5);
  const signature = createHmac("sha256", key).update(`msg_3.${timestamp}.${body}`).digest("base64");
  const send = () =>
    api.send("/api/integrations/ticket-system/reviews", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": "msg_3",
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
      body,
    });

  const interrupted = send().catch(() => null);
  await stack.kill("app");
  await interrupted;

  await eventually(async () => expect(await send()).toMatchObject({ status: 200 }));
  await settlesOnce(stack, "pe-ticket-3", [...ASKED, ...ANSWERED]);
  expect(await send()).toMatchObject({ status: 200, body: { isReplay: true, outcome: "approved" } });
});

test("a token of another tenant, and one without the role, prove no integration", {
  timeout: TIMEOUT_MS,
}, async () => {
  await peopleAreAsked(stack, "pe-pipeline-2");
  const asked = await askedOf("pe-pipeline-2");
  const token = await appToken(stack.endpoints(), RELEASE_PIPELINE, stack.endpoints().audience);
  const sent = (path: string, authorization: string) =>
    api.send(`/api/integrations/${path}/reviews`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify({ asked, answer: "approve", externalId: "run-1" }),
    });

  expect(await sent("response-flow", `Bearer ${token}`)).toMatchObject({
    status: 403,
    body: { code: "wrongIntegration" },
  });
  expect(await sent("nobody", `Bearer ${token}`)).toMatchObject({
    status: 403,
    body: { code: "unknownIntegration" },
  });
  expect(
    await sent(
      "release-pipeline",
      `Bearer ${await anaWith(stack, { tid: STRANGE_TENANT, scp: undefined, idtyp: "app", oid: RELEASE_PIPELINE.oid, roles: ["Integration"] })}`,
    ),
  ).toMatchObject({ status: 401, body: { code: "foreignToken" } });
  expect(
    await sent(
      "release-pipeline",
      `Bearer ${await anaWith(stack, { roles: ["Integration"], oid: RELEASE_PIPELINE.oid })}`,
    ),
  ).toMatchObject({ status: 403, body: { code: "notAnApp" } });
  expect(await stack.trail("pe-pipeline-2")).toEqual(ASKED);
});
