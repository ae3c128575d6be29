import fc from "fast-check";
import type { Facts } from "../../../../shared/policy/index.ts";

/** Policies of a world so small that every request in it can be tried. */
const GUID = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
const TEXTS = ["a", "b", "ab"];

const text = fc.oneof(
  fc.constantFrom<unknown>("a", "b", "*", "a*", "?", "*b", ["a", "b"], ["a*", "b"], { in: "some" }),
  fc.constantFrom<unknown>(
    { not: "a" },
    { not: "a*" },
    { not: "*" },
    { not: ["a", "b"] },
    { not: { in: "some" } },
  ),
  fc.boolean().map((present) => ({ present })),
);
const related = (other: string) =>
  fc.oneof({ weight: 6, arbitrary: text }, fc.constantFrom({ sameAs: other }, { not: { sameAs: other } }));
const count = fc.constantFrom(
  { atLeast: 0 },
  { atLeast: 1 },
  { atMost: 0 },
  { atMost: 1 },
  { atLeast: 1, atMost: 1 },
);
const hours = { between: "07:00-18:00", timezone: "UTC" };

/** Few lines, and mostly about the same fields, so that blocks often have to do with each other. */
const block = fc.oneof(
  fc.record({ name: related("cluster.tags.env") }).map((endpoint) => ({ endpoint })),
  fc.record({ endpoint: fc.record({ name: text }), cluster: fc.record({ tags: fc.record({ env: text }) }) }),
  related("endpoint.name").map((env) => ({ cluster: { tags: { Env: env } } })),
  related("endpoint.name").map((managementGroups) => ({ consumer: { managementGroups } })),
  count.map((approvedBefore) => ({ history: { approvedBefore } })),
  fc.constantFrom({ time: hours }, { time: { not: hours } }),
);

const outcome = fc.constantFrom<unknown>(
  "approve",
  "approve",
  { reject: { reason: "No." } },
  { ask: { approvers: ["aks"] } },
);
const mode = fc.constantFrom("enforce", "enforce", "approveOnly", "shadow");
const blocks = fc.array(block, { minLength: 1, maxLength: 2 });

const rule = fc
  .record(
    { when: block, anyOf: blocks, unless: blocks, mode, outcome },
    { requiredKeys: ["when", "outcome"] },
  )
  .map(({ when, anyOf, outcome: then, ...rest }) => ({
    ...rest,
    when: anyOf === undefined ? when : { ...when, anyOf },
    then,
  }));

const visibility = fc.record(
  { allow: blocks, otherwise: fc.constantFrom("leave", { reject: { reason: "Go." } }) },
  { requiredKeys: ["allow"] },
);

/** Files as text; JSON is YAML. */
export const smallPolicy = fc
  .record(
    { mode, visibility, rules: fc.array(rule, { minLength: 1, maxLength: 4 }) },
    { requiredKeys: ["rules"] },
  )
  .map(({ rules, ...rest }) =>
    JSON.stringify({
      apiVersion: "policy/v1",
      kind: "ConnectionPolicy",
      lists: { some: ["b", "A*"] },
      approvers: { aks: { groups: [GUID] } },
      default: { ask: { approvers: ["aks"] } },
      ...rest,
      rules: rules.map((each, index) => ({ name: `r${index}`, ...each })),
    }),
  );

const unknown = { kind: "unknown", cause: "403" } as const;
const absent = { kind: "absent" } as const;
const is = <T>(value: T) => ({ kind: "value", value }) as const;

/** Every request that can be told from another by the policies above. */
export const smallWorld: readonly Facts[] = [absent, unknown, ...TEXTS.map(is)].flatMap((name) =>
  [absent, unknown, is({}), is({ ENV: "a" }), is({ env: "B" })].flatMap((tags) =>
    [absent, unknown, is([]), is(["a"]), is(["b"]), is(["B", "ab"])].flatMap((managementGroups) =>
      [unknown, is(0), is(1), is(2)].flatMap((approvedBefore) =>
        [unknown, is("2026-11-23T08:00:00Z"), is("2026-11-23T20:00:00Z")].map((time) => ({
          endpoint: { subscription: absent, resourceGroup: absent, name, location: absent },
          consumer: { tenant: absent, subscriptionName: absent, managementGroups, tags: absent },
          cluster: { name: absent, resourceGroup: absent, subscription: absent, location: absent, tags },
          message: absent,
          requester: absent,
          requesterId: absent,
          source: absent,
          time,
          history: { approvedBefore, approvedOnCluster: is(0) },
        })),
      ),
    ),
  ),
);
