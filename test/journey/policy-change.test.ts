import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { buildPolicy } from "../../shared/policy/file/build-policy.ts";
import { formatProblems } from "../../shared/policy/file/report.ts";
import { inUtc } from "../../shared/text.ts";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { newFolder } from "./kit/processes.ts";
import { ANSWERED, ASKED, BY_RULE, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack, type Stack } from "./stack.ts";

/** Far less than the second for which a file must stay as it is, and so long that the app looks while it is written. */
const BETWEEN_RULES_MS = 150;

const EVERY_SECOND = { POLICY_SCHEDULE: "* * * * * *" };

/** The policy of the other journeys with one rule more, which trusts endpoints of this name. */
const trusting = (name: string): string => `${POLICY}
  - name: trusts-${name}
    when: { endpoint: { name: ${name} } }
    then: approve
`;

const PolicyInForce = z.object({
  text: z.string(),
  hash: z.string(),
  approvals: z.string(),
  inForceSince: z.string(),
  rejectsFrom: z.string(),
  rules: z.number(),
  ageSeconds: z.number(),
  refusals: z.number(),
  refused: z.object({ problems: z.array(z.string()) }).nullable(),
});

/** What a reader is told about the policy. */
async function policyOf({ api }: Stack): Promise<z.infer<typeof PolicyInForce>> {
  const { status, body } = await api.as("cy").get("/api/policy");
  expect(status).toBe(200);
  return PolicyInForce.parse(body);
}

/** Writes a policy and waits until it is in force. */
async function comesIntoForce(stack: Stack, policy: string): Promise<void> {
  writeFileSync(stack.policyFile, policy);
  await eventually(async () => expect((await policyOf(stack)).text).toBe(policy));
}

describe("when the policy file is edited while the app runs", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack(EVERY_SECOND);
  const { consumer, api } = stack;

  test("what waits is judged by the new policy, and its trail names both", async () => {
    await peopleAreAsked(stack, "pe-late");
    const before = await policyOf(stack);

    await comesIntoForce(stack, trusting("pe-late"));

    await settlesOnce(stack, "pe-late", [...ASKED, "policyChanged", "resumed", ...BY_RULE.slice(1)]);
    const after = await policyOf(stack);
    expect([before.rules, after.rules]).toEqual([9, 10]);
    expect(after.ageSeconds).toBeLessThan(60);
    const records = await api.records("pe-late");
    expect(records.filter(({ kind }) => kind === "assessed" || kind === "policyChanged")).toMatchObject([
      { policyHash: before.hash },
      { from: before.hash, to: after.hash },
      { policyHash: after.hash },
    ]);
    expect(stack.output()).toContain(
      `policy: now in force: ${stack.policyFile} (hash ${after.hash.slice(0, 6)}…, 10 rules)`,
    );
  });

  test("a broken policy is refused, everybody can see why, and the last one goes on deciding", async () => {
    await comesIntoForce(stack, POLICY);
    const before = await policyOf(stack);

    writeFileSync(stack.policyFile, `${POLICY}  - nmae: typo\n    then: approve\n`);
    const refused = await eventually(async () => {
      const policy = await policyOf(stack);
      expect(policy.refused).not.toBeNull();
      return policy;
    });
    await stack.says("is refused for");
    await consumer.requests("pe-trusted-meanwhile");

    await settlesOnce(stack, "pe-trusted-meanwhile", BY_RULE);
    expect(refused).toMatchObject({ hash: before.hash, text: POLICY, refusals: 1 });
    expect(refused.refused?.problems).toContainEqual(
      expect.stringMatching(/: error: unknown field "nmae" in rules\[\]; did you mean "name"\?/),
    );
    expect(stack.output()).toMatch(/error \[refreshPolicy\] Failed after .* is refused for \d problems/);
    await comesIntoForce(stack, trusting("pe-mended"));
    expect(await policyOf(stack)).toMatchObject({ refusals: 1, refused: null });
  });

  test("a policy that is written rule by rule comes into force when it is whole, though its halves are sound", async () => {
    await comesIntoForce(stack, POLICY);
    const whole = trusting("pe-whole");
    const ends = [...whole.matchAll(/^ {2}- name: /gm)].map(({ index }) => index).slice(1);

    for (const end of ends) {
      writeFileSync(stack.policyFile, whole.slice(0, end));
      await pause(BETWEEN_RULES_MS);
    }
    await comesIntoForce(stack, whole);

    expect(stack.output()).not.toMatch(/now in force: \S+ \(hash \S+, [1-7] rules?\)/);
    expect(await policyOf(stack)).toMatchObject({ rules: 10, refusals: 1 });
  });

  test("nobody without a sign-in is told the policy", async () => {
    expect(await api.send("/api/policy")).toMatchObject({ status: 401 });
  });
});

/** What `policy build` makes of a policy, in a file. */
function built(policy: string): string {
  const made = buildPolicy(policy, "policy.yaml");
  if (made.kind === "problems") throw new Error(formatProblems(made.problems));
  const file = join(newFolder(), "policy.json");
  writeFileSync(file, made.json);
  return file;
}

describe("with a built policy and KILL_SWITCH=on", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({ POLICY: built(POLICY), KILL_SWITCH: "on" });
  const { consumer, api, arm } = stack;

  test("whatever a rule would approve asks people, and what it rejects stays rejected", async () => {
    await Promise.all([consumer.requests("pe-trusted-still"), consumer.requests("pe-sandbox-still")]);

    await trailBecomes(stack, "pe-trusted-still", ASKED);
    await settlesOnce(stack, "pe-sandbox-still", BY_RULE, "Rejected");
    expect(await arm.connection("pe-trusted-still")).toMatchObject({ status: "Pending" });
    expect(await policyOf(stack)).toMatchObject({ approvals: "off", text: POLICY });
    expect(stack.output()).toMatch(/policy: now in force: .*policy\.json \(hash .*, approvals off\)/);
    await api.reviews("ana", "pe-trusted-still", "approve");
    await settlesOnce(stack, "pe-trusted-still", [...ASKED, ...ANSWERED]);
  });
});

describe("with REJECTION_DELAY=1h", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({ REJECTION_DELAY: "1h" });
  const { consumer, api, arm } = stack;

  test("what a rule rejects is decided, but not written until the policy is an hour old, over every restart", async () => {
    const { inForceSince, rejectsFrom } = await policyOf(stack);
    // The store is told a moment after the policy came into force.
    expect((Date.parse(rejectsFrom) - Date.parse(inForceSince)) / 3_600_000).toBeCloseTo(1, 2);
    const held = stack.says(`rejects this, though not before ${inUtc(rejectsFrom)}`);
    await Promise.all([consumer.requests("pe-sandbox-early"), consumer.requests("pe-trusted-early")]);
    await held;
    await settlesOnce(stack, "pe-trusted-early", BY_RULE);

    await stack.kill("app");

    const after = await policyOf(stack);
    expect(Date.parse(after.inForceSince)).toBeGreaterThan(Date.parse(inForceSince));
    expect(after.rejectsFrom).toBe(rejectsFrom);
    expect(await api.request("pe-sandbox-early")).toMatchObject({
      state: "applying",
      decision: { decision: "reject" },
      application: null,
    });
    expect(await arm.connection("pe-sandbox-early")).toMatchObject({ status: "Pending" });
  });
});
