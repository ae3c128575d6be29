import { BlobServiceClient } from "@azure/storage-blob";
import { beforeAll, expect, test } from "vitest";
import { buildPolicy } from "../../shared/policy/file/build-policy.ts";
import { formatProblems } from "../../shared/policy/file/report.ts";
import { anAzurite } from "../fixtures/azurite.ts";
import { eventually } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const azurite = anAzurite();
const settings: Record<string, string> = {};
const container = () =>
  BlobServiceClient.fromConnectionString(azurite().connectionString).getContainerClient("policy");

/** Puts a policy, built, where the app looks for it. */
async function publish(policy: string, author: string): Promise<void> {
  const made = buildPolicy(policy, "policy.yaml");
  if (made.kind === "problems") throw new Error(formatProblems(made.problems));
  const blob = container().getBlockBlobClient("policy.json");
  await blob.upload(made.json, Buffer.byteLength(made.json), { metadata: { author, commit: "0a1b2c3" } });
}

beforeAll(async () => {
  await container().create();
  await publish(POLICY, "ana");
  settings.POLICY = `${azurite().connectionString};Container=policy;Blob=policy.json`;
});
const stack = aStack(settings);
const { consumer, api, arm } = stack;
const inForce = async () => (await api.as("cy").get("/api/policy")).body;

test("a policy that is replaced in the blob decides the next request, and its record names the version", async () => {
  await consumer.requests("pe-unknown-1");
  await trailBecomes(stack, "pe-unknown-1", ASKED);
  const before = await inForce();

  await publish(POLICY.replace("default:", "# 2\ndefault:").replace("pe-trusted-*", "pe-unknown-2*"), "bo");
  await eventually(async () => expect(await inForce()).toMatchObject({ version: { author: "bo" } }));
  await consumer.requests("pe-unknown-2");

  await settlesOnce(stack, "pe-unknown-2", BY_RULE);
  const after = await inForce();
  expect([before, after]).toMatchObject([
    { file: "policy/policy.json", version: { author: "ana", commit: "0a1b2c3" } },
    { file: "policy/policy.json", version: { author: "bo", commit: "0a1b2c3" } },
  ]);
  const assessed = await Promise.all(
    ["pe-unknown-1", "pe-unknown-2"].map(async (name) =>
      (await api.records(name)).find(({ kind }) => kind === "assessed"),
    ),
  );
  expect(assessed).toMatchObject([
    { policyVersion: { author: "ana" } },
    { policyVersion: (after as { version: unknown }).version },
  ]);
});

test("switches beside it stop what they say, without a restart, and let it go on when they are gone", async () => {
  const switches = container().getBlockBlobClient("switches.json");
  const put = (text: string) => switches.upload(text, Buffer.byteLength(text));
  await put('{"writes":"off"}');
  const held = await eventually(async () => {
    const policy = await inForce();
    expect(policy).toMatchObject({ writes: "off", approvals: "on" });
    return policy;
  });
  await consumer.requests("pe-sandbox-1");
  await eventually(async () =>
    expect(await api.request("pe-sandbox-1")).toMatchObject({ state: "applying", delay: { code: "HELD" } }),
  );
  expect(held).toMatchObject({
    switches: { settings: { writes: "on", killSwitch: "off" }, file: { writes: "off", isThere: true } },
  });

  await put("{");
  await eventually(async () => expect(await inForce()).toMatchObject({ approvals: "off" }));
  await consumer.requests("pe-unknown-2b");
  await trailBecomes(stack, "pe-unknown-2b", ASKED);
  expect(await inForce()).toMatchObject({ switches: { file: { isStopped: true } } });
  expect(await arm.writes("pe-sandbox-1")).toEqual([]);

  await switches.delete();
  await eventually(async () => expect(await inForce()).toMatchObject({ approvals: "on", writes: "on" }));
});

test("once the blob is gone the last policy stays in force, everybody can see why, and the app does not start anew", async () => {
  await container().getBlobClient("policy.json").delete();

  await eventually(async () =>
    expect(await inForce()).toMatchObject({
      lastLookFailed: { because: "policy/policy.json cannot be read: there is no such blob." },
    }),
  );
  await consumer.requests("pe-unknown-3");
  await trailBecomes(stack, "pe-unknown-3", ASKED);
});
