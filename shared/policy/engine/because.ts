import { formatDuration } from "../duration.ts";
import { enumerate, quote } from "../text.ts";
import type { ApprovalRequirement, Requirement, RuleRef } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import type { Ruling } from "./ruling.ts";
import { unknownTo } from "./unknown-facts.ts";

const MAX_NAMED = 3;

/** The reason as one whole sentence, safe to show: what strangers wrote is quoted and cut. */
export function because(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  const who = subjects(policy, ruling.decidedBy);
  const one = ruling.decidedBy.length === 1;
  const opening = ruling.decidedBy[0]?.name === "default" ? `No rule matched, so ${who}` : capital(who);
  switch (ruling.kind) {
    case "approve":
      return `${opening} ${one ? "approves" : "approve"}: every condition holds.`;
    case "reject":
      return `${opening} ${one ? "rejects" : "reject"}: ${ended(ruling.reason)}`;
    case "ask": {
      const lack = ruling.undecided.length > 0 ? lackOf(policy, inspection, ruling.undecided) : null;
      const start = lack === null ? opening : `${lack}, ${who}`;
      return `${start} ${one ? "asks" : "ask"} ${people(ruling.requirement)}.`;
    }
    case "wait":
      return `It would be approved, but waits until ${ruling.until} because of ${who}.`;
    case "leave":
      return ruling.mode === null
        ? `${opening} leaves it: it is none of the requests that may be made.`
        : `In mode ${ruling.mode} ${who} ${one ? "leaves" : "leave"} it.`;
  }
}

/** `2 of security-duty or aks-platform and 1 of dev-team, within 8h`. */
export function people({ requirements, timeoutMs, onTimeout }: ApprovalRequirement): string {
  const demands = enumerate(requirements.map(demand), MAX_NAMED);
  return `${demands}, within ${formatDuration(timeoutMs)}${onTimeout === "reject" ? " or else it is rejected" : ""}`;
}

const demand = ({ approvers, quorum }: Requirement): string => `${quorum} of ${approvers.join(" or ")}`;

function subjects(policy: Policy, refs: readonly RuleRef[]): string {
  const freezes = new Set(policy.freezes.map(({ name }) => name));
  return enumerate(
    refs.map((ref) => subject(ref, freezes)),
    MAX_NAMED,
  );
}

function subject({ name, line }: RuleRef, freezes: ReadonlySet<string>): string {
  switch (name) {
    case "default":
      return "the default";
    case "whenUnknown":
      return name;
    case "killSwitch":
      return "the kill switch";
    case "visibility":
      return `${name} (line ${line})`;
    default:
      return `${freezes.has(name) ? "freeze" : "rule"} ${name} (line ${line})`;
  }
}

function lackOf(policy: Policy, inspection: Inspection, undecided: readonly RuleRef[]): string {
  const unknown = unknownTo(policy, inspection, undecided);
  const facts = enumerate(
    unknown.map(({ field, cause }) => `${field} (${quote(cause)})`),
    MAX_NAMED,
  );
  const are = unknown.length === 1 ? "is" : "are";
  return `Because ${facts} ${are} unknown and ${subjects(policy, undecided)} cannot be decided`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const ended = (reason: string): string => (/[.!?]$/.test(reason) ? reason : `${reason}.`);
