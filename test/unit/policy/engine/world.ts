import fc from "fast-check";
import type { Ask, Freeze, PolicyContent, Rule } from "../../../../shared/policy/content.ts";
import type { Fact, Facts } from "../../../../shared/policy/facts.ts";
import type { Escalation, Mode } from "../../../../shared/policy/verdict.ts";
import {
  aBlock,
  absent,
  aContent,
  anAsk,
  approve,
  aRequirement,
  count,
  during,
  HOUR,
  inList,
  named,
  not,
  present,
  reject,
  sameAs,
  tagged,
  unknown,
} from "./content.ts";

/** A world so small that random policies and random requests meet often. */
const TEXTS = ["a", "b", "ab", "σ"];
const text = fc.constantFrom(...TEXTS);
const MOMENTS = [
  "2026-11-22T12:00:00.000Z",
  "2026-11-22T23:30:00.000Z",
  "2026-11-23T12:00:00.000Z",
  "2026-11-24T02:00:00.000Z",
  "2026-12-24T12:00:00.000Z",
];
const WINDOWS = [
  { timezone: "Europe/Oslo", days: [1, 2, 3, 4, 5] },
  { timezone: "America/New_York", between: { from: 20 * 60, to: 8 * 60 } },
  { from: Date.parse("2026-11-23T00:00Z"), until: Date.parse("2026-12-01T00:00Z") },
];

const textTest = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.constantFrom("*", "a*", "?", "*b"),
  fc.uniqueArray(text, { minLength: 1 }),
  fc.boolean().map((negated) => inList("some", negated)),
  text.map((wanted) => not(wanted)),
  fc.boolean().map(present),
);
const FIELDS = [
  "endpoint.name",
  "message",
  "consumer.subscriptionName",
  "cluster.tags.env",
  "consumer.tags.cost.center",
  "consumer.managementGroups",
];
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...FIELDS), textTest) },
  fc
    .tuple(fc.constantFrom(...FIELDS), fc.constantFrom("source", "cluster.tags.env"), fc.boolean())
    .map(([field, other, negated]) => [field, sameAs(other, negated)] as const),
  fc.constantFrom(count(1), count(null, 2)).map((wanted) => ["history.approvedBefore", wanted] as const),
  fc
    .tuple(fc.constantFrom(...WINDOWS), fc.boolean())
    .map(([window, negated]) => ["time", during(window, negated)] as const),
);
const block = fc
  .uniqueArray(line, { minLength: 1, maxLength: 3, selector: ([field]) => field })
  .map((lines) => aBlock(Object.fromEntries(lines)));
const blocks = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  fc.array(block, { minLength: 1, maxLength: 2 }),
);

const ask: fc.Arbitrary<Ask> = fc
  .record({
    requirements: fc.array(
      fc.record({
        approvers: fc.constantFrom<string[][]>(["aks"], ["duty"], ["aks", "duty"]),
        quorum: fc.integer({ min: 1, max: 2 }),
        escalation: fc.constantFrom<(Escalation | null)[]>(null, {
          approvers: ["duty"],
          groups: ["d"],
          afterMs: HOUR / 2,
        }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    timeoutMs: fc.constantFrom(HOUR, 8 * HOUR),
    onTimeout: fc.constantFrom("expire" as const, "reject" as const),
    preventSelfReview: fc.boolean(),
    reasonRequired: fc.boolean(),
  })
  .map(({ requirements, ...more }) =>
    anAsk([], {
      ...more,
      requirements: requirements.map(({ approvers, ...rest }) => aRequirement(approvers, rest)),
    }),
  );
const asking = ask.map((each) => ({ kind: "ask" as const, ask: each }));
const rejecting = fc.constantFrom(reject("No."), reject("Never."));

const MODES: readonly Mode[] = ["enforce", "approveOnly", "shadow"];
/** Mostly enforce. */
const mode = fc.oneof({ weight: 3, arbitrary: fc.constant<Mode>("enforce") }, fc.constantFrom(...MODES));
const rule: fc.Arbitrary<Omit<Rule, "name" | "mode">> = fc.record({
  line: fc.constant(1),
  when: block,
  anyOf: blocks,
  unless: blocks,
  outcome: fc.oneof(fc.constant(approve), rejecting, asking),
});
export const approveRule: fc.Arbitrary<Rule> = rule.map((each) => ({
  ...each,
  name: "added",
  mode: "enforce",
  outcome: approve,
}));
/** A rule that rejects or asks. */
export const strictRule: fc.Arbitrary<Rule> = fc
  .record({ rule, outcome: fc.oneof(rejecting, asking) })
  .map(({ rule: each, outcome }) => ({ ...each, name: "added", mode: "enforce", outcome }));
/** A rule in its own mode. */
export const anyRule: fc.Arbitrary<Rule> = fc
  .record({ rule, mode })
  .map(({ rule: each, mode: own }) => ({ ...each, name: "added", mode: own }));

export const freeze: fc.Arbitrary<Freeze> = fc
  .record({
    window: fc.constantFrom(...WINDOWS),
    more: fc.oneof(fc.constant([]), block),
    outcome: fc.oneof(fc.constant({ kind: "wait" as const }), asking),
  })
  .map(({ window, more, outcome }) => ({
    name: "frozen",
    line: 1,
    when: [...aBlock({ time: during(window) }), ...more.filter(({ field }) => field.name !== "time")],
    outcome,
  }));
export const visibility = fc.record({
  line: fc.constant(1),
  anyOf: fc.array(block, { minLength: 1, maxLength: 2 }),
  otherwise: fc.oneof(fc.constant({ kind: "leave" as const }), rejecting),
});

const later = (a: Mode, b: Mode): Mode => (MODES.indexOf(a) > MODES.indexOf(b) ? a : b);

/** What a file may say; its rules are called r0, r1 …, its freezes f0, f1 … */
export const content: fc.Arbitrary<PolicyContent> = fc
  .record({
    mode,
    default: fc.oneof(asking, rejecting),
    whenUnknown: ask,
    visibility: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, visibility),
    freezes: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Freeze[]>([]) },
      fc.array(freeze, { maxLength: 2 }),
    ),
    rules: fc.array(anyRule, { maxLength: 5 }),
  })
  .map((said) =>
    aContent({
      mode: said.mode,
      lists: { some: ["b", "*σ"] },
      default: { line: 1, outcome: said.default },
      whenUnknown: { line: 1, ask: said.whenUnknown },
      visibility: said.visibility,
      freezes: said.freezes.map((each, index) => ({ ...each, name: `f${index}` })),
      rules: said.rules.map((each, index) => ({
        ...each,
        name: `r${index}`,
        mode: later(said.mode, each.mode),
      })),
    }),
  );

const known = (one: fc.Arbitrary<string>): fc.Arbitrary<Fact> =>
  fc.oneof(
    { weight: 4, arbitrary: one.map((value) => ({ kind: "value" as const, value })) },
    fc.constant({ kind: "absent" as const }),
  );
const tags = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ env: text, team: text, "cost.center": text, other: text }, { requiredKeys: [] })
      .map((value) => tagged(value)),
  },
  fc.constant(absent),
);
const aCount = fc.nat(3).map((value) => ({ kind: "value" as const, value }));
const fact = known(text);

/** A request of which everything is known. */
export const knownFacts: fc.Arbitrary<Facts> = fc.record({
  endpoint: fc.record({ subscription: fact, resourceGroup: fact, name: fact, location: fact }),
  consumer: fc.record({
    tenant: fact,
    subscriptionName: fact,
    managementGroups: fc.array(text, { maxLength: 3 }).map((names) => named(...names)),
    tags,
  }),
  cluster: fc.record({ name: fact, resourceGroup: fact, subscription: fact, location: fact, tags }),
  message: fact,
  requester: fact,
  requesterId: fc.uuid().map((value) => ({ kind: "value" as const, value })),
  source: fact,
  time: fc.constantFrom(...MOMENTS).map((value) => ({ kind: "value" as const, value })),
  history: fc.record({ approvedBefore: aCount, approvedOnCluster: aCount }),
});

/** The places of facts that conditions of this world look at, and those that written policies look at. */
const LOSABLE = [
  "endpoint.name",
  "endpoint.resourceGroup",
  "cluster.name",
  "cluster.location",
  "message",
  "cluster.tags",
  "consumer.tags",
  "consumer.managementGroups",
  "consumer.subscriptionName",
  "requester",
  "requesterId",
  "source",
  "time",
  "history.approvedBefore",
];

/** Which facts could not be read, and whether each is reported as unknown or simply left out. */
export const losses = fc.dictionary(fc.constantFrom(...LOSABLE), fc.constantFrom("unknown", "left out"));

/** The same request after some of its facts were lost. */
export function lose(facts: Facts, lost: Readonly<Record<string, string>>): Facts {
  const after = (value: unknown, path: string): unknown => {
    const how = Object.hasOwn(lost, path) ? lost[path] : undefined;
    if (how !== undefined) return how === "unknown" ? unknown() : undefined;
    if (typeof value !== "object" || value === null || "kind" in value) return value;
    return mapValues(value, (inner, key) => after(inner, path === "" ? key : `${path}.${key}`));
  };
  return after(facts, "") as Facts;
}

/** A request of which some is known. */
export const someKnownFacts = fc.tuple(knownFacts, losses).map(([facts, lost]) => lose(facts, lost));

/** The same request in capitals, with its tags and names the other way round. */
export function raise(facts: Facts): Facts {
  const raised = (value: unknown, key = ""): unknown => {
    if (key === "kind" || key === "cause" || key === "time") return value;
    if (typeof value === "string") return value.toUpperCase();
    if (Array.isArray(value)) return value.toReversed().map((each) => raised(each));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, inner]) => [name, raised(inner, name)] as const);
    return Object.fromEntries(key === "tags" ? entries.map(raisedTags) : entries);
  };
  return raised(facts) as Facts;
}

const raisedTags = ([name, value]: readonly [string, unknown]) =>
  name === "value"
    ? ([
        name,
        Object.fromEntries(
          Object.entries(value as object)
            .reverse()
            .map(([tag, each]) => [tag.toUpperCase(), each]),
        ),
      ] as const)
    : ([name, value] as const);

const mapValues = (value: object, change: (inner: unknown, key: string) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner, key)]));

/** The same policy, with the texts of its conditions and lists in capitals. */
export function raiseTexts(said: PolicyContent): PolicyContent {
  const text = JSON.stringify(said, (key, value) =>
    key === "texts" || key === "some" ? value.map((each: string) => each.toUpperCase()) : value,
  );
  return JSON.parse(text);
}
