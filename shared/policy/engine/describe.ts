import { inUtc, oneLine } from "../../text.ts";
import { quote } from "../text.ts";
import type { ConditionFinding, NearMiss, RuleRef, Verdict } from "../verdict.ts";
import { shownField, shownReason } from "./because.ts";
import { describeRequirement } from "./demands.ts";

const MAX_NAMED = 5;
/** For all texts that one condition may name. */
const MAX_EXPECTED_LENGTH = 1_000;

/**
 * The verdict on one line, for log lines and audit sentences: `approve by payments-prod (line 32)`.
 *
 * What strangers wrote is quoted and cut, so that no name or message can forge a second line. Of the near misses only
 * the nearest rule that approves is named: readers do not look for a rule that nearly rejected.
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
  const { kind, decidedBy, undecided, vetoedBy, omitted } = verdict;
  const unknown = few(
    undecided.map(({ name }) => name),
    omitted.undecided,
  );
  const cause = unknown === "" ? "" : `, because of ${unknown}`;
  const vetoes = describeRefs(vetoedBy, omitted.vetoedBy);
  const veto = vetoes === "" ? "" : `, kept from being approved by ${vetoes}`;
  const by = describeRefs(decidedBy, omitted.decidedBy);
  return `${kind} by ${by}${cause}${veto}${detail(verdict)}${describeWouldHave(verdict)}`;
}

/** `near miss payments-prod (line 32, would approve)`. */
export const describeNearMiss = ({ name, line, outcome }: NearMiss): string =>
  `near miss ${name} (line ${line}, would ${outcome})`;

/** `endpoint.name is "pe-1", expected to match "pe-payments-*"`. */
export function describeFinding({ field, expected, actual }: ConditionFinding): string {
  const seen = actual.kind === "value" ? quote(actual.value) : actual.kind;
  return `${shownField(field)} is ${seen}, expected ${oneLine(expected, MAX_EXPECTED_LENGTH)}`;
}

const describeRefs = (refs: readonly RuleRef[], omitted: number): string =>
  few(
    refs.map(({ name, line }) => `${name} (line ${line})`),
    omitted,
  );

/** The first of them, and how many more there are. */
function few(names: readonly string[], omitted: number): string {
  const shown = names.slice(0, MAX_NAMED);
  const more = names.length - shown.length + omitted;
  return `${shown.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

function detail(verdict: Verdict): string {
  switch (verdict.kind) {
    case "approve":
      return "";
    case "reject":
      return `: ${shownReason(verdict.reason)}`;
    case "ask":
      return `: ${describeRequirement(verdict.requirement)}`;
    case "wait":
      return `: until ${inUtc(verdict.until)}`;
    case "leave":
      return verdict.mode === null ? "" : `, in mode ${verdict.mode}`;
  }
}

function describeWouldHave({ kind, wouldHave, omitted }: Verdict): string {
  if (wouldHave === null) return "";
  return `${kind === "leave" ? ":" : ";"} would ${wouldHave.kind} by ${describeRefs(wouldHave.decidedBy, omitted.wouldHave)}`;
}
