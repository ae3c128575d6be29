import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { microsecondsOf } from "./stopwatch.ts";
import { type PlainRequest, type PlainRule, plainRequests, plainRules } from "./workload.ts";

/** Pinned, so that figures of two days compare. Never dependencies of the app. */
const PEERS = ["@marcbachmann/cel-js@8.0.0", "@cedar-policy/cedar-wasm@4.13.0"];
const REQUESTS = 64;

/** Answers one request; the strictest outcome that matched, or `default`. */
type Engine = (request: PlainRequest) => string;

const Cel = z.object({ parse: z.custom<(expression: string) => (context: object) => unknown>() });
const Cedar = z.object({
  preparsePolicySet: z.custom<(id: string, policies: object) => { readonly type: string }>(),
  statefulIsAuthorized: z.custom<(call: object) => unknown>(),
});
const CedarAnswer = z.object({
  type: z.literal("success"),
  response: z.object({
    diagnostics: z.object({ reason: z.array(z.string()), errors: z.array(z.unknown()) }),
  }),
});

/** µs for one request by each peer that can express the same rules, by its name. */
export function measurePeers(ruleCounts: readonly number[]): { peer: string; rules: number; us: number }[] {
  const folder = mkdtempSync(join(tmpdir(), "bench-peers-"));
  try {
    execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, ...PEERS], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const load = createRequire(join(folder, "index.js"));
    return ruleCounts.flatMap((count) => {
      const rules = plainRules(count);
      const engines: Record<string, Engine> = {
        "@marcbachmann/cel-js 8.0.0": celEngine(Cel.parse(load("@marcbachmann/cel-js")), rules),
        "@cedar-policy/cedar-wasm 4.13.0": cedarEngine(
          Cedar.parse(load("@cedar-policy/cedar-wasm/nodejs")),
          rules,
        ),
      };
      return Object.entries(engines).map(([peer, engine]) => ({
        peer,
        rules: count,
        us: timeOf(engine, rules),
      }));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Checks that the engine answers as the rules say before its time counts. */
function timeOf(engine: Engine, rules: readonly PlainRule[]): number {
  const requests = plainRequests(rules, REQUESTS);
  for (const request of requests) {
    const expected = rules.find((rule) => matches(rule, request))?.outcome ?? "default";
    if (engine(request) !== expected) throw new Error(`wrong answer for ${JSON.stringify(request)}`);
  }
  return microsecondsOf(requests, engine);
}

const matches = (rule: PlainRule, { env, subscription, name }: PlainRequest) =>
  rule.env === env && rule.subscriptions.includes(subscription) && name.startsWith(rule.prefix);

const STRICTEST_FIRST = ["reject", "ask", "approve"] as const;

const strictest = (outcomes: ReadonlySet<string | undefined>): string =>
  STRICTEST_FIRST.find((outcome) => outcomes.has(outcome)) ?? "default";

/** One parsed expression for each rule. */
function celEngine({ parse }: z.infer<typeof Cel>, rules: readonly PlainRule[]): Engine {
  const parsed = rules.map(({ env, subscriptions, prefix, outcome }) => ({
    outcome,
    holds: parse(
      `cluster.tags.env == ${JSON.stringify(env)} && endpoint.subscription in ${JSON.stringify(subscriptions)} && endpoint.name.startsWith(${JSON.stringify(prefix)})`,
    ),
  }));
  return ({ env, subscription, name }) => {
    const context = { cluster: { tags: { env } }, endpoint: { subscription, name } };
    return strictest(
      new Set(parsed.filter(({ holds }) => holds(context) === true).map(({ outcome }) => outcome)),
    );
  };
}

/** Approve is a permit, the others are forbids; which policies matched tells the strictest. */
function cedarEngine(cedar: z.infer<typeof Cedar>, rules: readonly PlainRule[]): Engine {
  const staticPolicies = Object.fromEntries(
    rules.map(({ name, outcome, env, subscriptions, prefix }) => [
      name,
      `${outcome === "approve" ? "permit" : "forbid"} (principal, action, resource) when { context.env == ${JSON.stringify(env)} && ${JSON.stringify(subscriptions)}.contains(context.subscription) && context.name like ${JSON.stringify(`${prefix}*`)} };`,
    ]),
  );
  const id = `rules-${rules.length}`;
  if (cedar.preparsePolicySet(id, { staticPolicies }).type !== "success")
    throw new Error("Cedar took no policies");
  const outcomes = new Map(rules.map(({ name, outcome }) => [name, outcome]));
  return (request) => {
    const answer = CedarAnswer.parse(
      cedar.statefulIsAuthorized({
        principal: { type: "Consumer", id: "c" },
        action: { type: "Action", id: "connect" },
        resource: { type: "Cluster", id: "k" },
        context: { ...request },
        preparsedPolicySetId: id,
        entities: [],
      }),
    );
    return strictest(new Set(answer.response.diagnostics.reason.map((name) => outcomes.get(name))));
  };
}
