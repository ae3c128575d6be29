import { oneLine } from "../../text.ts";
import { enumerate, quote } from "../text.ts";
import type { RuleRef } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import { describeRequirement } from "./demands.ts";
import type { Inspection } from "./inspection.ts";
import type { Ruling } from "./ruling.ts";
import { unknownTo } from "./unknown-facts.ts";

const MAX_NAMED = 3;
/** For the reasons of all rules that reject together. */
const MAX_REASON_LENGTH = 1_000;
const MAX_FIELD_LENGTH = 300;

/** The reason as one whole sentence, safe to show: what strangers wrote is quoted and cut. */
export function because(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  const who = subjects(policy, ruling.decidedBy);
  const one = ruling.decidedBy.length === 1;
  const start =
    ruling.decidedBy[0]?.name === "default" ? `${whyDefault(policy, inspection, ruling)}, so ` : "";
  const opening = capital(`${start}${who}`);
  switch (ruling.kind) {
    case "approve":
      return `${opening} ${one ? "approves" : "approve"}: every condition holds.`;
    case "reject":
      return `${opening} ${one ? "rejects" : "reject"}: ${ended(shownReason(ruling.reason))}`;
    case "ask": {
      const lack = lackOf(policy, inspection, ruling);
      const joins = lack?.undecided === "" ? ` whenUnknown is asked, too: ${start}` : ` ${start}`;
      const asking = lack === null ? opening : `Because ${lack.unknown}${lack.undecided},${joins}${who}`;
      return `${asking} ${one ? "asks" : "ask"} ${describeRequirement(ruling.requirement)}.`;
    }
    case "wait":
      return `It would be approved, but waits until ${ruling.until} because of ${who}.`;
    case "leave":
      return ruling.mode === null
        ? `${opening} leaves it: it is none of the requests that may be made.`
        : `In mode ${ruling.mode} ${who} ${one ? "leaves" : "leave"} it${whyLeft(policy, inspection, ruling)}.`;
  }
}

/** The reason of a reject on one line, whatever its authors wrote. */
export const shownReason = (reason: string): string => oneLine(reason, MAX_REASON_LENGTH);

/** A field as an author spelt it: a tag's name may hold anything. */
export const shownField = (field: string): string => oneLine(field, MAX_FIELD_LENGTH);

/** Why nothing else decides; a rule that matched without being enforced is not kept secret. */
function whyDefault(policy: Policy, inspection: Inspection, { vetoedBy }: Ruling): string {
  if (vetoedBy.length > 0) {
    const approving = policy.rules.filter(
      (rule) =>
        rule.outcome.kind === "approve" && rule.mode !== "shadow" && inspection.matches(rule) === "yes",
    );
    const vetoing = vetoedBy.map(({ name, line }) => `rule ${name} (line ${line}, mode approveOnly)`);
    const keep = vetoing.length === 1 ? "keeps" : "keep";
    return `${subjects(policy, approving)} matched, but ${enumerate(vetoing, MAX_NAMED)} ${keep} it from being approved`;
  }
  return policy.rules.some((rule) => inspection.matches(rule) !== "no")
    ? "no enforced rule matched"
    : "no rule matched";
}

function whyLeft(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  if (ruling.vetoedBy.length > 0) return `: ${whyDefault(policy, inspection, ruling)}`;
  const lack = lackOf(policy, inspection, ruling);
  return lack === null ? "" : `, because ${lack.unknown}${lack.undecided}`;
}

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

/** What is unknown, and what that leaves undecided: nothing where only the requester is to be kept from reviewing. */
function lackOf(policy: Policy, inspection: Inspection, ruling: Ruling) {
  if (ruling.undecided.length === 0) return null;
  const { facts, undecidable } = unknownTo(policy, inspection, ruling.undecided);
  const shown = facts.map(({ field, cause }) => `${shownField(field)} (${quote(cause)})`);
  return {
    unknown: `${enumerate(shown, MAX_NAMED)} ${facts.length === 1 ? "is" : "are"} unknown`,
    undecided: undecidable.length === 0 ? "" : ` and ${subjects(policy, undecidable)} cannot be decided`,
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const ended = (reason: string): string => (/[.!?]$/.test(reason) ? reason : `${reason}.`);
