import { oneLine } from "../../text.ts";
import { formatDuration } from "../duration.ts";
import { enumerate, quote } from "../text.ts";
import type { ApprovalRequirement, Requirement, RuleRef } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import type { Inspection } from "./inspection.ts";
import type { Ruling } from "./ruling.ts";
import { unknownTo } from "./unknown-facts.ts";

const MAX_NAMED = 3;
/** For the reasons of all rules that reject together. */
const MAX_REASON_LENGTH = 1_000;

/** The reason as one whole sentence, safe to show: what strangers wrote is quoted and cut. */
export function because(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  const who = subjects(policy, ruling.decidedBy);
  const one = ruling.decidedBy.length === 1;
  const why = whyDefault(policy, inspection, ruling);
  const opening = why === null ? capital(who) : `${capital(why)}, so ${who}`;
  switch (ruling.kind) {
    case "approve":
      return `${opening} ${one ? "approves" : "approve"}: every condition holds.`;
    case "reject":
      return `${opening} ${one ? "rejects" : "reject"}: ${ended(shownReason(ruling.reason))}`;
    case "ask": {
      const lack = lackOf(policy, inspection, ruling.undecided);
      const start = lack === null ? opening : `Because ${lack}${why === null ? "" : `${why}, so `}${who}`;
      return `${start} ${one ? "asks" : "ask"} ${people(ruling.requirement)}.`;
    }
    case "wait":
      return `It would be approved, but waits until ${ruling.until} because of ${who}.`;
    case "leave":
      return ruling.mode === null
        ? `${opening} leaves it: it is none of the requests that may be made.`
        : `In mode ${ruling.mode} ${who} ${one ? "leaves" : "leave"} it${whyLeft(policy, inspection, ruling)}.`;
  }
}

/** `2 of security-duty or aks-platform and 1 of dev-team, within 8h`. */
export function people({ requirements, timeoutMs, onTimeout }: ApprovalRequirement): string {
  const demands = enumerate(requirements.map(demand), MAX_NAMED);
  return `${demands}, within ${formatDuration(timeoutMs)}${onTimeout === "reject" ? " or else it is rejected" : ""}`;
}

/** A reason as one line, whatever its author wrote. */
export const shownReason = (reason: string): string => oneLine(reason, MAX_REASON_LENGTH);
