import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ARM_AUDIENCE } from "../../infra/local/entra/constants.ts";
import { RELEASE_PIPELINE } from "../../infra/local/entra/directory.ts";
import { PROVIDER_SUBSCRIPTION } from "../../infra/local/supervisor/places.ts";
import { appToken } from "../../infra/local/world/tokens.ts";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder, runCommand } from "./kit/processes.ts";
import { aStack } from "./stack.ts";

/** Who is signed in to az. */
const ENGINEER = RELEASE_PIPELINE;

const Findings = z.array(
  z.object({ endpoint: z.string(), would: z.string(), by: z.array(z.string()), because: z.string() }),
);

describe("a policy that is tried on what waits in Azure", { timeout: TIMEOUT_MS }, () => {
  // Another stack's ARM is Azure here; its own app is never told of what waits.
  const { arm, endpoints, policyFile } = aStack();

  /** `npm run shadow`, by the engineer, who types these. */
  async function shadow(...options: readonly string[]) {
    const token = await appToken(endpoints(), ENGINEER, ARM_AUDIENCE);
    const folder = newFolder();
    const az = join(folder, "az");
    const printed = { accessToken: token, expiresOn: "2999-01-01 00:00:00.000000", tokenType: "Bearer" };
    writeFileSync(az, `#!/bin/sh\necho '${JSON.stringify(printed)}'\n`);
    chmodSync(az, 0o755);
    const place = ["--subscription", PROVIDER_SUBSCRIPTION, "--data", join(folder, "data"), "--port", "0"];
    return runCommand("../shadow/main.ts", [...place, "--policy", policyFile, ...options], {
      ARM_ENDPOINT: endpoints().arm,
      ARM_AUDIENCE,
      NODE_EXTRA_CA_CERTS: endpoints().armCa,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
    });
  }

  test("is told for each connection, and Azure has seen nothing but reads", async () => {
    const waiting = ["pe-trusted-a", "pe-sandbox-a", "pe-other-a"];
    for (const name of waiting) await arm.hides(name);

    const command = await shadow("--json");
    let json = "";
    command.process.stdout?.on("data", (text) => {
      json += text;
    });

    expect(await command.ended, command.output()).toBe(0);
    const findings = Findings.parse(JSON.parse(json));
    expect(findings.map(({ endpoint, would, by }) => ({ endpoint, would, by }))).toEqual(
      expect.arrayContaining([
        { endpoint: "pe-trusted-a", would: "approve", by: ["trusted"] },
        { endpoint: "pe-sandbox-a", would: "reject", by: ["sandbox"] },
        { endpoint: "pe-other-a", would: "ask", by: ["default"] },
      ]),
    );
    for (const name of waiting) expect(await arm.connection(name)).toMatchObject({ status: "Pending" });
    const asked = await arm.requestsBy(ENGINEER.clientId);
    const isWrite = ({ method, path }: (typeof asked)[number]) =>
      !(method === "GET" || (method === "POST" && path === "/providers/Microsoft.ResourceGraph/resources"));
    expect(asked.length).toBeGreaterThan(waiting.length);
    expect(asked.filter(isWrite)).toEqual([]);
  });

  test("is shown as a table that ends by itself, and the trail of before is gone on with", async () => {
    await arm.hides("pe-trusted-b");

    const command = await shadow("--once");

    expect(await command.ended, command.output()).toBe(0);
    expect(command.output()).toMatch(/^\d+ Pending connections: /m);
    expect(command.output()).toMatch(/^approve +pe-trusted-b +aks-1 .* trusted$/m);
    expect(command.output()).toContain("\n  Rule trusted (line 14) approves: every condition holds.\n");
  });

  test("is not said to be all there is where a subscription could not be looked at", async () => {
    const stranger = "00000000-0000-4000-8000-000000000000";
    const refusal = { code: "AuthorizationFailed", message: "The client may not." };
    await arm.trouble({
      kind: "status",
      method: "GET",
      pathPattern: stranger,
      times: 9,
      status: 403,
      ...refusal,
    });

    const command = await shadow("--once", "--subscription", stranger);

    expect(await command.ended, command.output()).toBe(1);
    expect(command.output()).toContain("Not every cluster could be looked at, so more may wait than is told");
  });
});
