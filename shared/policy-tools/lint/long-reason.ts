import { describe } from "../../approval/answer.ts";
import { instant, RequestId } from "../../connection/connection.ts";
import type { Outcome, RejectOutcome } from "../../policy/content.ts";
import { oneLine } from "../../text.ts";
import { type Finding, findingAt, type Linted, type Warning } from "./warning.ts";

/** Reasons of a rejection that ARM has no room for: the consumer reads only their beginning. */
export const longReason: Warning = (file) =>
  rejectionsIn(file).flatMap(({ part, name, reason }): Finding[] => {
    const shown = shownInArm(reason, name);
    if (shown.length === reason.length) return [];
    const message = `only the first ${shown.length} of the ${reason.length} characters of this reason fit into ARM`;
    return [findingAt(part, `${message}; say in those what to do, or where it is written`, file)];
  });

/** Everything that rejects, with the name that the decision then bears. */
function rejectionsIn({ content: { rules, visibility, default: byDefault } }: Linted) {
  const parts: readonly {
    readonly part: object;
    readonly name: string;
    readonly outcome: Outcome | Leave;
  }[] = [
    ...rules.map((rule) => ({ part: rule, name: rule.name, outcome: rule.outcome })),
    ...(visibility === null ? [] : [{ part: visibility, name: "visibility", outcome: visibility.otherwise }]),
    { part: byDefault, name: "default", outcome: byDefault.outcome },
  ];
  return parts.flatMap(({ part, name, outcome }) =>
    outcome.kind === "reject" ? [{ part, name, reason: lineOf(outcome) }] : [],
  );
}

type Leave = { readonly kind: "leave" };

const lineOf = ({ reason }: RejectOutcome): string => oneLine(reason, MAX_REASON);
/** Longer than any reason of a policy. */
const MAX_REASON = 10_000;

const SOME_REQUEST = RequestId.parse(`pec-${"0".repeat(32)}`);

/** As much of the reason as the description in ARM shows. */
function shownInArm(reason: string, rule: string): string {
  const by = { kind: "rule" as const, rules: [rule] };
  const decision = { decision: "reject" as const, reason, by, at: instant(0) };
  const description = describe({ id: SOME_REQUEST, decision });
  if (description.includes(reason)) return reason;
  return description.slice(description.indexOf(": ") + 2, description.lastIndexOf("…"));
}
