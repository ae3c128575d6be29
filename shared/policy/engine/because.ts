import { inUtc, oneLine } from "../../text.ts";
import { enumerate, quote } from "../text.ts";
import type { RuleRef } from "../verdict.ts";
import type { Policy } from "./compiled.ts";
import { describeRequirement } from "./demands.ts";
import type { Inspection } from "./inspection.ts";
import type { Ruling } from "./ruling.ts";
import { unknownRequester, unknownTo } from "./unknown-facts.ts";

const MAX_NAMED = 3;
/** For the reasons of all rules that reject together. */
const MAX_REASON_LENGTH = 1_000;
const MAX_FIELD_LENGTH = 300;

/** The reason as one whole sentence, safe to show: what strangers wrote is quoted and cut. */
export function because(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  const who = subjects(ruling.decidedBy, policy);
  const phrase = (verb: string): string => `${who} ${ruling.decidedBy.length === 1 ? `${verb}s` : verb}`;
  const opening = circumstances(policy, inspection, ruling);
  switch (ruling.kind) {
    case "approve":
      return capital(`${phrase("approve")}: every condition holds.`);
    case "reject":
      return capital(`${opening}${phrase("reject")}: ${ended(shownReason(ruling.reason))}`);
    case "ask":
      return capital(`${opening}${phrase("ask")} ${describeRequirement(ruling.requirement)}.`);
    case "wait":
      return `It would be approved, but waits until ${inUtc(ruling.until)} because of ${who}.`;
    case "leave":
      return ruling.mode === null
        ? capital(`${phrase("leave")} it: it is none of the requests that may be made.`)
        : `In mode ${ruling.mode} ${phrase("leave")} it${whyLeft(policy, inspection, ruling)}.`;
  }
}

/** The reason of a reject on one line, whatever its authors wrote. */
export const shownReason = (reason: string): string => oneLine(reason, MAX_REASON_LENGTH);

/** A field as an author spelt it: a tag's name may hold anything. */
export const shownField = (field: string): string => oneLine(field, MAX_FIELD_LENGTH);

/** Clauses that say how it came to that, before those that decided are named: `no rule matched, so `; or nothing. */
function circumstances(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  const unknown = whatIsUnknown(policy, inspection, ruling);
  const joins = ruling.undecided.length === 0 ? ", whenUnknown is asked, too: " : ", ";
  const isDefault = ruling.decidedBy[0]?.name === "default";
  return [
    unknown === "" ? "" : `${unknown}${joins}`,
    isDefault ? `${whyDefault(policy, inspection, ruling)}, so ` : "",
  ].join("");
}

function whyLeft(policy: Policy, inspection: Inspection, ruling: Ruling): string {
  if (ruling.vetoedBy.length > 0) return `: ${whyDefault(policy, inspection, ruling)}`;
  const unknown = whatIsUnknown(policy, inspection, ruling);
  return unknown === "" ? "" : `, ${unknown}`;
}

/** Why nothing else decides; a rule that matched without being enforced is not kept secret. */
function whyDefault(policy: Policy, inspection: Inspection, { vetoedBy, approving }: Ruling): string {
  if (vetoedBy.length > 0) {
    const vetoing = vetoedBy.map(({ name, line }) => `rule ${name} (line ${line}, mode approveOnly)`);
    const keep = vetoing.length === 1 ? "keeps" : "keep";
    return `${subjects(approving, policy)} matched, but ${enumerate(vetoing, MAX_NAMED)} ${keep} it from being approved`;
  }
  return policy.rules.some((rule) => inspection.matches(rule) !== "no")
    ? "no enforced rule matched"
    : "no rule matched";
}

/** `because consumer.tenant ("404") is unknown and rule r (line 3) cannot be decided`; nothing when all is known. */
function whatIsUnknown(policy: Policy, inspection: Inspection, { undecided, unprotected }: Ruling): string {
  if (undecided.length + unprotected.length === 0) return "";
  const facts = [
    ...unknownTo(undecided, policy, inspection),
    ...(unprotected.length === 0 ? [] : [unknownRequester(policy, inspection)]),
  ];
  const shown = facts.map(({ field, cause }) => `${shownField(field)} (${quote(cause)})`);
  const unknown = `because ${enumerate(shown, MAX_NAMED)} ${facts.length === 1 ? "is" : "are"} unknown`;
  return undecided.length === 0 ? unknown : `${unknown} and ${subjects(undecided, policy)} cannot be decided`;
}

const subjects = (refs: readonly RuleRef[], policy: Policy): string =>
  enumerate(
    refs.map((ref) => subject(ref, policy)),
    MAX_NAMED,
  );

function subject({ name, line }: RuleRef, { freezes }: Policy): string {
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
      return `${freezes.some((freeze) => freeze.name === name) ? "freeze" : "rule"} ${name} (line ${line})`;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const ended = (reason: string): string => (/[.!?]$/.test(reason) ? reason : `${reason}.`);
