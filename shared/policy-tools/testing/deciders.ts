import type { Ask } from "../../policy/content.ts";
import type { Policy } from "../../policy/index.ts";
import type { RuleRef } from "../../policy/verdict.ts";
import type { Mention } from "./names.ts";

/** All of a policy that can decide, by line. A `whenUnknown` that the file does not write is not among it. */
export function deciders(policy: Policy): readonly RuleRef[] {
  const { rules, freezes, visibility, default: byDefault, whenUnknown } = policy;
  const isWritten = whenUnknown.line !== byDefault.line;
  return [
    ...rules,
    ...freezes,
    ...(visibility === null ? [] : [{ name: "visibility", line: visibility.line }]),
    { name: "default", line: byDefault.line },
    ...(isWritten ? [{ name: "whenUnknown", line: whenUnknown.line }] : []),
  ]
    .map(({ name, line }) => ({ name, line }))
    .toSorted((a, b) => a.line - b.line);
}

/** The names that a test of this policy may use. Of the approvers, those that some ask names. */
export function namesIn(policy: Policy): Readonly<Record<Mention["of"], readonly string[]>> {
  return {
    rule: [...deciders(policy).map(({ name }) => name), "whenUnknown"],
    approvers: asksOf(policy).flatMap(({ requirements }) =>
      requirements.flatMap(({ approvers, escalation }) => [...approvers, ...(escalation?.approvers ?? [])]),
    ),
  };
}

function asksOf({ rules, freezes, default: byDefault, whenUnknown }: Policy): readonly Ask[] {
  const outcomes = [
    byDefault.outcome,
    ...rules.map(({ outcome }) => outcome),
    ...freezes.map(({ outcome }) => outcome),
  ];
  return [whenUnknown.ask, ...outcomes.flatMap((outcome) => (outcome.kind === "ask" ? [outcome.ask] : []))];
}
