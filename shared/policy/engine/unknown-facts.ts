import { REQUESTER } from "../facts.ts";
import type { Verdict } from "../verdict.ts";
import type { CompiledPart, ConditionIndex, FieldIndex, Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";

type UnknownFacts = Verdict["unknownFacts"];

/** All facts that the policy asks about and that could not be read. */
export const unknownFacts = (policy: Policy, inspection: Inspection): UnknownFacts =>
  unreadAmong([...policy.fields.keys()], policy, inspection);

/**
 * The facts for which these could not be decided: those that could not be read; or, when all could be, those that could
 * not be compared.
 */
export function unknownTo(
  parts: readonly CompiledPart[],
  policy: Policy,
  inspection: Inspection,
): UnknownFacts {
  const undecided = parts
    .flatMap(({ conditions }) => conditions)
    .filter((index) => inspection.truthOf(index) === "unknown");
  const fields = new Set(undecided.flatMap((index) => fieldsOf(index, policy)));
  const sorted = [...fields].sort((a, b) => a - b);
  const unread = unreadAmong(sorted, policy, inspection);
  return unread.length > 0 ? unread : incomparable(sorted, policy);
}

/** Why it is unknown who asked for the connection. */
export function unknownRequester(policy: Policy, inspection: Inspection): UnknownFacts[number] {
  const seen = policy.requester === null ? null : inspection.see(policy.requester);
  return {
    field: REQUESTER.name,
    cause: seen?.kind === "unknown" ? seen.cause : "nobody is known by object id",
  };
}

function fieldsOf(index: ConditionIndex, { conditions }: Policy): FieldIndex[] {
  const condition = conditions[index];
  if (condition === undefined) return [];
  return condition.matcher.kind === "sameAs" ? [condition.field, condition.matcher.other] : [condition.field];
}

const unreadAmong = (fields: readonly FieldIndex[], policy: Policy, inspection: Inspection): UnknownFacts =>
  fields.flatMap((index) => {
    const seen = inspection.see(index);
    const field = policy.fields[index];
    return seen.kind === "unknown" && field !== undefined ? [{ field: field.name, cause: seen.cause }] : [];
  });

/** What is known, and yet nothing could be made of it. */
const incomparable = (indices: readonly FieldIndex[], { fields }: Policy): UnknownFacts =>
  indices.flatMap((index) => {
    const field = fields[index];
    if (field === undefined) return [];
    const cause = field.type === "time" ? "its time zone is not known here" : "to compare it takes too long";
    return [{ field: field.name, cause }];
  });
