import fc from "fast-check";
import { AKS, DUTY } from "../builders.ts";

/** A world so small that its policies often meet the requests of the engine's tests. */
const TEXTS = ["a", "b", "ab"];
const text = fc.constantFrom(...TEXTS);

type Written = string | string[] | { readonly [key: string]: Written | boolean };

/** On a text, or on several. Two of the fields that it compares with are asked about nowhere else. */
const condition: fc.Arbitrary<Written> = fc.oneof(
  { weight: 5, arbitrary: text },
  fc.constantFrom("*", "a*", "?", "*b"),
  fc.uniqueArray(text, { minLength: 1 }),
  fc.constant({ in: "some" }),
  text.map((wanted) => ({ not: wanted })),
  fc.constant({ not: { in: "some" } }),
  fc.boolean().map((wanted) => ({ present: wanted })),
  fc.constantFrom("cluster.name", "cluster.tags.Other").map((sameAs) => ({ sameAs })),
  fc.constant({ not: { sameAs: "cluster.name" } }),
);

const counted = fc.constantFrom({ atLeast: 1 }, { atMost: 1 }, { atLeast: 1, atMost: 2 });

const window = fc.constantFrom(
  { days: ["mon"], timezone: "Europe/Oslo" },
  { between: "07:00-18:00", timezone: "Europe/Oslo" },
  { days: "sun", between: "22:00-06:00", timezone: "UTC" },
  { from: "2026-12-18T16:00", until: "2027-01-04", timezone: "Europe/Oslo" },
  { until: "2026-12-01T00:00Z" },
);
const time = fc.oneof(
  window,
  window.map((inner) => ({ not: inner })),
);

const lines = {
  endpoint: fc.record({ name: condition, resourceGroup: condition }, { requiredKeys: ["name"] }),
  cluster: fc.record(
    { location: condition, tags: fc.record({ env: condition }) },
    { requiredKeys: ["tags"] },
  ),
  consumer: fc.record(
    { managementGroups: condition, tags: fc.record({ team: condition, Env: condition }) },
    { requiredKeys: ["managementGroups"] },
  ),
  message: condition,
  requester: condition,
  history: fc.record({ approvedBefore: counted }),
  time,
};
const isFull = (block: object) => Object.keys(block).length > 0;
const block = fc.record(lines, { requiredKeys: [] }).filter(isFull);
/** Seldom more than a line: the more there are, the less they match. */
const shortBlock = fc.oneof(
  ...Object.entries(lines).map(([key, value]) =>
    (value as fc.Arbitrary<unknown>).map((test) => ({ [key]: test })),
  ),
);
const anyOf = fc.array(shortBlock, { minLength: 1, maxLength: 2 });

const ask = fc.record(
  {
    approvers: fc.constantFrom<object>(["aks"], ["duty"], ["aks", "duty"], { aks: 1, duty: 2 }),
    timeout: fc.constantFrom("1h", "8h", "2d"),
    onTimeout: fc.constantFrom("expire", "reject"),
    reasonRequired: fc.boolean(),
    preventSelfReview: fc.boolean(),
  },
  { requiredKeys: ["approvers", "timeout"] },
);
const reject = fc.constantFrom("No.", "Never.").map((reason) => ({ reject: { reason } }));
const asking = ask.map((written) => ({ ask: written }));
const mode = fc.constantFrom("enforce", "enforce", "approveOnly", "shadow");

/** One rule of the file, still without its name. */
interface WrittenRule {
  readonly mode?: string;
  readonly when: object;
  readonly unless?: object[];
  readonly then: unknown;
}

const conditions = fc.record(
  {
    mode,
    when: fc.oneof(
      { weight: 3, arbitrary: fc.oneof(block, shortBlock) },
      anyOf.map((blocks) => ({ anyOf: blocks })),
      fc.tuple(shortBlock, anyOf).map(([block, blocks]) => ({ ...block, anyOf: blocks })),
    ),
    unless: fc.array(fc.oneof(block, shortBlock), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["when"] },
);
const rule = (then: fc.Arbitrary<unknown>): fc.Arbitrary<WrittenRule> =>
  // biome-ignore lint/suspicious/noThenProperty: it is a word of the policy language
  fc.tuple(conditions, then).map(([lines, outcome]) => ({ ...lines, then: outcome }));

const anyRule = fc.oneof({ weight: 2, arbitrary: rule(fc.constant("approve")) }, rule(reject), rule(asking));

const freeze = fc.oneof(
  fc.tuple(shortBlock, asking).map(([when, then]) => ({ when, then })),
  // biome-ignore lint/suspicious/noThenProperty: it is a word of the policy language
  fc.tuple(shortBlock, window).map(([when, inner]) => ({ when: { ...when, time: inner }, then: "wait" })),
);
const visibility = fc.record(
  { allow: fc.oneof(shortBlock, anyOf), otherwise: fc.oneof(fc.constant("leave"), reject) },
  { requiredKeys: ["allow"] },
);
const numbered = <T extends object>(things: readonly T[], letter: string) =>
  things.map((each, index) => ({ name: `${letter}${index}`, ...each }));

/** A file that keeps the requester from reviewing must say who reviews when the requester is unknown. */
const mustSayWhoElse = (file: object) =>
  !("whenUnknown" in file) && JSON.stringify(file).includes('"preventSelfReview":true');

/** A policy file as data; JSON is YAML. All of it stands on one line, so that moving a rule moves no line number. */
export const policyFile = fc
  .record(
    {
      apiVersion: fc.constant("policy/v1"),
      kind: fc.constant("ConnectionPolicy"),
      mode,
      lists: fc.constant({ some: ["b", "*c"] }),
      approvers: fc.constant({ aks: { groups: [AKS] }, duty: { groups: [DUTY] } }),
      default: fc.oneof(asking, reject),
      whenUnknown: asking,
      visibility,
      freeze: fc.array(freeze, { maxLength: 2 }).map((freezes) => numbered(freezes, "f")),
      rules: fc.array(anyRule, { maxLength: 5 }).map((rules) => numbered(rules, "r")),
    },
    { requiredKeys: ["apiVersion", "kind", "lists", "approvers", "default", "freeze", "rules"] },
  )
  .map((file) =>
    mustSayWhoElse(file) ? { ...file, whenUnknown: { ask: { approvers: ["duty"], timeout: "1h" } } } : file,
  );
