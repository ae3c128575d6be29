import type { RuleRef, Verdict } from "../verdict.ts";
import type { CompiledRule, ConditionIndex, FieldIndex, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import type { Truth } from "./truth.ts";

type UnknownFacts = Verdict["unknownFacts"];

/** All facts that the policy asks about and that could not be read. */
export function unknownFacts(policy: Policy, inspection: Inspection): UnknownFacts {
  return lookAt(policy, inspection, policy.fields.keys());
}

/** What is not known where it matters. */
interface Lack {
  readonly facts: UnknownFacts;
  /** Which could not be decided, for want of a fact; the others only want a requester to keep from reviewing. */
  readonly undecidable: readonly RuleRef[];
}

/** What kept these from being decided, or from knowing whom to keep from reviewing. */
export function unknownTo(policy: Policy, inspection: Inspection, undecided: readonly RuleRef[]): Lack {
  const rules = new Map(policy.rules.map((rule) => [rule.name, rule]));
  const parts = undecided.map((ref) => ({ ref, ...partOf(policy, rules, inspection, ref.name) }));
  const unknown = parts.filter(({ truth }) => truth === "unknown");
  const fields = unknown
    .flatMap(({ conditions }) => conditions)
    .filter((index) => inspection.truthOf(index) === "unknown")
    .flatMap((index) => fieldsOf(policy, index));
  const unread = lookAt(
    policy,
    inspection,
    [...new Set(fields)].sort((a, b) => a - b),
  );
  const facts = unread.length > 0 ? unread : incomparable(policy, fields);
  return {
    facts: unknown.length === parts.length ? facts : [...facts, requesterOf(policy, inspection)],
    undecidable: unknown.map(({ ref }) => ref),
  };
}

/** What is known, and yet nothing could be made of it. */
function incomparable({ fields }: Policy, indices: readonly FieldIndex[]): UnknownFacts {
  return fields
    .filter((_field, index) => indices.includes(index))
    .map(({ name, type }) => ({
      field: name,
      cause: type === "time" ? "its time zone is not known here" : "to compare it takes too long",
    }));
}

/** A part that holds is undecided only when it does not know whom to keep from reviewing. */
function requesterOf(policy: Policy, inspection: Inspection): UnknownFacts[number] {
  const seen = policy.requester === null ? null : inspection.see(policy.requester);
  return { field: "requester", cause: seen?.kind === "unknown" ? seen.cause : "nobody is named" };
}

interface Part {
  readonly truth: Truth;
  readonly conditions: readonly ConditionIndex[];
}

/** A rule, a freeze or the visibility by its name; what else may be named has no conditions. */
function partOf(
  { freezes, visibility }: Policy,
  rules: ReadonlyMap<string, CompiledRule>,
  inspection: Inspection,
  name: string,
): Part {
  const rule = rules.get(name);
  if (rule !== undefined) {
    const conditions = [...rule.when, ...rule.anyOf.flat(), ...rule.unless.flat()];
    return { truth: inspection.matches(rule), conditions };
  }
  const freeze = freezes.find((each) => each.name === name);
  if (freeze !== undefined) return { truth: inspection.holds(freeze.when), conditions: freeze.when };
  return name === "visibility" && visibility !== null
    ? { truth: inspection.holdsOneOf(visibility.anyOf), conditions: visibility.anyOf.flat() }
    : { truth: "yes", conditions: [] };
}

function fieldsOf({ conditions }: Policy, index: ConditionIndex): FieldIndex[] {
  const condition = conditions[index];
  if (condition === undefined) return [];
  return condition.matcher.kind === "sameAs" ? [condition.field, condition.matcher.other] : [condition.field];
}

function lookAt(policy: Policy, inspection: Inspection, indices: Iterable<FieldIndex>): UnknownFacts {
  return [...indices].flatMap((index) => {
    const seen = inspection.see(index);
    const field = policy.fields[index];
    return seen.kind === "unknown" && field !== undefined ? [{ field: field.name, cause: seen.cause }] : [];
  });
}
