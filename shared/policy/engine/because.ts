import { formatDuration } from "../duration.ts";
import { enumerate, quote } from "../text.ts";
import type { ApprovalRequirement, Requirement, RuleRef, Verdict } from "../verdict.ts";
import type { Decision } from "./decide.ts";

const MAX_NAMED = 3;

/** The verdict's reason as one whole sentence, safe to show: what strangers wrote is quoted and cut. */
export function because(decision: Decision, unknownFacts: Verdict["unknownFacts"]): string {
  const who = subjects(decision.decidedBy);
  const one = decision.decidedBy.length === 1;
  switch (decision.kind) {
    case "approve":
      return `${capital(who)} ${one ? "approves" : "approve"}: every condition holds.`;
    case "reject":
      return `${opening(decision)}${one ? "rejects" : "reject"}: ${ended(decision.reason)}`;
    case "ask": {
      const start =
        decision.undecided.length > 0
          ? `${lackOf(unknownFacts, decision.undecided)}, ${who} `
          : opening(decision);
      return `${start}${one ? "asks" : "ask"} ${people(decision.requirement)}.`;
    }
  }
}

/** `2 of security-duty or aks-platform and 1 of dev-team, within 8h`. */
export function people({ requirements, timeoutMs, onTimeout }: ApprovalRequirement): string {
  const demands = enumerate(requirements.map(demand), MAX_NAMED);
  return `${demands}, within ${formatDuration(timeoutMs)}${onTimeout === "reject" ? " or else it is rejected" : ""}`;
}

const demand = ({ approvers, quorum }: Requirement): string => `${quorum} of ${approvers.join(" or ")}`;

function opening({ decidedBy }: Decision): string {
  const who = subjects(decidedBy);
  return decidedBy[0]?.name === "default" ? `No rule matched, so ${who} ` : `${capital(who)} `;
}

const subjects = (refs: readonly RuleRef[]): string => enumerate(refs.map(subject), MAX_NAMED);

function subject({ name, line }: RuleRef): string {
  if (name === "default") return "the default";
  return name === "whenUnknown" ? name : `rule ${name} (line ${line})`;
}

function lackOf(unknownFacts: Verdict["unknownFacts"], undecided: readonly RuleRef[]): string {
  const facts = enumerate(
    unknownFacts.map(({ field, cause }) => `${field} (${quote(cause)})`),
    MAX_NAMED,
  );
  const are = unknownFacts.length === 1 ? "is" : "are";
  return `Because ${facts} ${are} unknown and ${subjects(undecided)} cannot be decided`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const ended = (reason: string): string => (/[.!?]$/.test(reason) ? reason : `${reason}.`);
