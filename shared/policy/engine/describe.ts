import { quote } from "../text.ts";
import type { ConditionFinding, NearMiss, Verdict } from "../verdict.ts";
import { people } from "./because.ts";

/**
 * The verdict on one line, for log lines and audit sentences: `approve by payments-prod (line 32)`.
 *
 * What strangers wrote is quoted and cut, so that no name or message can forge a second line.
 */
export function describeVerdict(verdict: Verdict): string {
  const by = verdict.decidedBy.map(({ name, line }) => `${name} (line ${line})`).join(", ");
  const undecided = verdict.undecided.map(({ name }) => name).join(", ");
  const cause = undecided === "" ? "" : `, because of ${undecided}`;
  return `${verdict.kind} by ${by}${cause}${detail(verdict)}`;
}

function detail(verdict: Verdict): string {
  switch (verdict.kind) {
    case "approve":
      return "";
    case "reject":
      return `: ${verdict.reason}`;
    case "ask": {
      const [nearest] = verdict.nearMisses;
      return `: ${people(verdict.requirement)}${nearest ? `; ${describeNearMiss(nearest)}` : ""}`;
    }
  }
}

function describeNearMiss({ name, line, outcome, failed, blockedBy }: NearMiss): string {
  const [first] = [...failed, ...blockedBy.flat()];
  return `near miss ${name} (line ${line}, would ${outcome})${first ? `: ${describeFinding(first)}` : ""}`;
}

/** `endpoint.name is "pe-1", expected to match "pe-payments-*"`. */
function describeFinding({ field, expected, actual }: ConditionFinding): string {
  const seen = actual.kind === "value" ? quote(actual.value) : actual.kind;
  return `${field} is ${seen}, expected ${expected}`;
}
