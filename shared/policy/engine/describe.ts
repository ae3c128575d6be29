import { quote } from "../text.ts";
import type { ConditionFinding, NearMiss, RuleRef, Verdict } from "../verdict.ts";
import { people } from "./because.ts";

/**
 * The verdict on one line, for log lines and audit sentences: `approve by payments-prod (line 32)`.
 *
 * What strangers wrote is quoted and cut, so that no name or message can forge a second line. Of the near misses only
 * the nearest rule that approves is told: a rule that nearly rejected helps nobody.
 */
export function describeVerdict(verdict: Verdict): string {
  const nearest =
    verdict.kind === "ask" ? verdict.nearMisses.find(({ outcome }) => outcome === "approve") : undefined;
  const [first] = nearest === undefined ? [] : [...nearest.failed, ...nearest.blockedBy.flat()];
  const nearMiss = nearest === undefined ? "" : `; ${describeNearMiss(nearest)}`;
  return `${describeHeadline(verdict)}${nearMiss}${first === undefined ? "" : `: ${describeFinding(first)}`}`;
}

/** The same without near misses. */
export function describeHeadline(verdict: Verdict): string {
  const undecided = verdict.undecided.map(({ name }) => name).join(", ");
  const cause = undecided === "" ? "" : `, because of ${undecided}`;
  return `${verdict.kind} by ${describeRefs(verdict.decidedBy)}${cause}${detail(verdict)}${describeWouldHave(verdict)}`;
}

/** `near miss payments-prod (line 32, would approve)`. */
export const describeNearMiss = ({ name, line, outcome }: NearMiss): string =>
  `near miss ${name} (line ${line}, would ${outcome})`;

/** `endpoint.name is "pe-1", expected to match "pe-payments-*"`. */
export function describeFinding({ field, expected, actual }: ConditionFinding): string {
  const seen = actual.kind === "value" ? quote(actual.value) : actual.kind;
  return `${field} is ${seen}, expected ${expected}`;
}

const describeRefs = (refs: readonly RuleRef[]): string =>
  refs.map(({ name, line }) => `${name} (line ${line})`).join(", ");

function detail(verdict: Verdict): string {
  switch (verdict.kind) {
    case "approve":
      return "";
    case "reject":
      return `: ${verdict.reason}`;
    case "ask":
      return `: ${people(verdict.requirement)}`;
    case "wait":
      return `: until ${verdict.until}`;
    case "leave":
      return verdict.mode === null ? "" : `, in mode ${verdict.mode}`;
  }
}

function describeWouldHave({ kind, wouldHave }: Verdict): string {
  if (wouldHave === null) return "";
  return `${kind === "leave" ? ":" : ";"} would ${wouldHave.kind} by ${describeRefs(wouldHave.decidedBy)}`;
}
