import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { policyInBlob } from "../../../shared/azure/policy-blob.ts";
import { PolicyAddress } from "../../../shared/policy-address.ts";
import { run } from "../../../shared/policy-tools/cli/run.ts";
import { anAzurite } from "../../fixtures/azurite.ts";
import { built } from "../../fixtures/signers.ts";

const azurite = anAzurite();
const POLICY = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { team: { groups: [6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61] } }
default: { ask: { approvers: [team] } }
rules: []
`;

test("what is published is what the app reads, with who wrote it; the switches go beside it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "publish-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "built.json"), built(POLICY));
  writeFileSync(join(folder, "switches.json"), '{"writes":"off"}\n');
  const to = `${azurite().connectionString};Container=published;Blob=eu/policy.json`;
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const io = { cwd: folder, env: { POLICY: to }, out: say, err: say, readStdin: async () => "" };
  const address = PolicyAddress.parse(to);
  if (address.kind !== "blob") throw new Error("It is not the address of a blob.");

  const codes = [
    await run(["publish", "built.json", "--author", "Ana Ähre", "--commit", "0a1b2c3"], io),
    await run(["publish", "switches.json"], io),
  ];

  expect([codes, said]).toEqual([
    [0, 0],
    [
      "built.json: published as published/eu/policy.json\n",
      "switches.json: published as published/eu/switches.json\n",
    ],
  ]);
  const { source, switches } = policyInBlob({
    address,
    credential: { getToken: async () => null },
    pause: async () => null,
  });
  expect(await source.read()).toMatchObject({
    text: built(POLICY),
    version: { author: "Ana ?hre", commit: "0a1b2c3" },
  });
  expect(await switches.read()).toBe('{"writes":"off"}\n');
});
