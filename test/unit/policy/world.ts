import fc from "fast-check";
import type { Fact, Facts, Tags } from "../../../shared/policy/index.ts";
import { AKS, absent, DUTY, load, unknown } from "./builders.ts";

/** A world so small that random rules and random requests meet often. */
const TEXTS = ["a", "b", "ab"];
const text = fc.constantFrom(...TEXTS);

type Written = string | string[] | { readonly [key: string]: Written | boolean };

const condition: fc.Arbitrary<Written> = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.constantFrom("*", "a*", "?", "*b"),
  fc.uniqueArray(text, { minLength: 1 }),
  fc.constant({ in: "some" }),
  text.map((wanted) => ({ not: wanted })),
  fc.constant({ not: { in: "some" } }),
  fc.boolean().map((wanted) => ({ present: wanted })),
);

const block = fc
  .record(
    {
      endpoint: fc.record({ name: condition, resourceGroup: condition }, { requiredKeys: ["name"] }),
      cluster: fc.record(
        { location: condition, tags: fc.record({ env: condition }) },
        { requiredKeys: ["tags"] },
      ),
      message: condition,
    },
    { requiredKeys: [] },
  )
  .filter((lines) => Object.keys(lines).length > 0);

const ask = fc.record({
  approvers: fc.constantFrom(["aks"], ["duty"], ["aks", "duty"]),
  quorum: fc.integer({ min: 1, max: 3 }),
  timeout: fc.constantFrom("1h", "8h", "2d"),
  onTimeout: fc.constantFrom("expire", "reject"),
});
const reject = fc.constantFrom("No.", "Never.").map((reason) => ({ reject: { reason } }));
const asking = ask.map((written) => ({ ask: written }));

/** One rule of the file, still without its name. */
export interface WrittenRule {
  readonly when: object;
  readonly unless?: object[];
  readonly then: unknown;
}

const conditions = fc.record(
  { when: block, unless: fc.array(block, { minLength: 1, maxLength: 2 }) },
  { requiredKeys: ["when"] },
);
const rule = (then: fc.Arbitrary<unknown>): fc.Arbitrary<WrittenRule> =>
  // biome-ignore lint/suspicious/noThenProperty: it is a word of the policy language
  fc.tuple(conditions, then).map(([lines, outcome]) => ({ ...lines, then: outcome }));

export const approveRule = rule(fc.constant("approve"));
const anyRule = fc.oneof(approveRule, rule(reject), rule(asking));

/** A policy file as data; JSON is YAML. All rules stand on its only line, so that moving one moves no line number. */
export const policyFile = fc.record(
  {
    apiVersion: fc.constant("policy/v1"),
    kind: fc.constant("ConnectionPolicy"),
    lists: fc.constant({ some: ["b", "*c"] }),
    approvers: fc.constant({ aks: { groups: [AKS] }, duty: { groups: [DUTY] } }),
    default: fc.oneof(asking, reject),
    whenUnknown: asking,
    rules: fc
      .array(anyRule, { maxLength: 5 })
      .map((rules) => rules.map((each, index) => ({ name: `r${index}`, ...each }))),
  },
  { requiredKeys: ["apiVersion", "kind", "lists", "approvers", "default", "rules"] },
);
export const loadWritten = (file: object) => load(JSON.stringify(file));

const known: fc.Arbitrary<Fact> = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => ({ kind: "value" as const, value })) },
  fc.constant(absent),
);
const knownTags: fc.Arbitrary<Tags> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ env: text, other: text }, { requiredKeys: [] })
      .map((value) => ({ kind: "value" as const, value })),
  },
  fc.constant(absent),
);

function factsOf(one: fc.Arbitrary<Fact>, tags: fc.Arbitrary<Tags>): fc.Arbitrary<Facts> {
  return fc.record({
    endpoint: fc.record({ subscription: one, resourceGroup: one, name: one }),
    cluster: fc.record({ name: one, resourceGroup: one, subscription: one, location: one, tags }),
    message: one,
  });
}

/** A request of which everything is known. */
export const knownFacts = factsOf(known, knownTags);

/** A request of which some is known. */
export const someKnownFacts = factsOf(
  fc.oneof({ weight: 3, arbitrary: known }, fc.constant(unknown())),
  fc.oneof({ weight: 3, arbitrary: knownTags }, fc.constant(unknown())),
);

/** Which facts could not be read, and whether each was reported as unknown or is simply not there. */
export const losses = fc.record({
  name: fc.constantFrom("kept", "unknown", "left out"),
  resourceGroup: fc.constantFrom("kept", "unknown", "left out"),
  location: fc.constantFrom("kept", "unknown", "left out"),
  tags: fc.constantFrom("kept", "unknown", "left out"),
  message: fc.constantFrom("kept", "unknown", "left out"),
});

/** The same request after some of its facts were lost. */
export function lose(
  facts: Facts,
  lost: Record<"name" | "resourceGroup" | "location" | "tags" | "message", string>,
): Facts {
  const after = <T>(key: keyof typeof lost, fact: T) =>
    lost[key] === "kept" ? { [key]: fact } : lost[key] === "unknown" ? { [key]: unknown() } : {};
  return {
    endpoint: {
      subscription: facts.endpoint.subscription,
      ...after("name", facts.endpoint.name),
      ...after("resourceGroup", facts.endpoint.resourceGroup),
    },
    cluster: {
      name: facts.cluster.name,
      ...after("location", facts.cluster.location),
      ...after("tags", facts.cluster.tags),
    },
    ...after("message", facts.message),
  } as Facts;
}
