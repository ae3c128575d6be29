import type { Outcome, Rule } from "../../policy/content.ts";
import { Mode } from "../../policy/verdict.ts";
import { type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { Ways } from "./ways.ts";

/** Rules that match nothing, and rules that something else always overrules: they look like a promise, and are none. */
export const neverDecides: Warning = (file) => {
  const claimer = new Claimer(file.content);
  const rules = claimRules(file.content, claimer);
  const ways = new Ways(file.effort);
  const { visibility } = file.content;
  const allowed = visibility?.anyOf.map((block) => claimer.block(block)) ?? [];

  const findReason = (each: ClaimedRule): string | null => {
    const { rule } = each;
    const waysOfRule = ways.of(each);
    if (waysOfRule.length === 0) return "can never match: its conditions contradict each other";

    const isSeen = visibility === null || !ways.failWherever(allowed, each, waysOfRule);
    if (!isSeen && rule.outcome.kind !== "reject")
      return `can never decide: visibility (line ${visibility.line}) keeps out whatever it matches`;

    const stricter = rules.find(
      (other) => overrules(other.rule, rule) && ways.matchesWherever(other, each, waysOfRule),
    )?.rule;
    if (stricter === undefined) return null;
    const { name, line } = stricter;
    return `can never decide: whatever it matches, rule "${name}" (line ${line}) matches, too, and ${describeEffect(stricter)}`;
  };
  return rules.flatMap((each): Finding[] => {
    const reason = findReason(each);
    return reason === null ? [] : [findingAt(each.rule, `rule "${each.rule.name}" ${reason}`, file)];
  });
};

const STRICTNESS = ["approve", "veto", "ask", "reject"];

/** Whether a match of `other` keeps a match of `rule` from deciding, in the modes they have and were both enforced. */
export function overrules(other: Rule, rule: Rule): boolean {
  const isStricter = (one: string, two: string) => STRICTNESS.indexOf(one) > STRICTNESS.indexOf(two);
  return (
    isStricter(other.outcome.kind, rule.outcome.kind) &&
    Mode.options.indexOf(other.mode) <= Mode.options.indexOf(rule.mode) &&
    (rule.mode === "shadow" || isStricter(effectOf(other), effectOf(rule)))
  );
}

/** In mode approveOnly, a rule that does not approve only keeps others from it. */
const effectOf = ({ mode, outcome }: Rule): Outcome["kind"] | "veto" =>
  mode === "approveOnly" && outcome.kind !== "approve" ? "veto" : outcome.kind;

const describeEffect = (rule: Rule): string =>
  effectOf(rule) === "veto" ? "keeps it from being approved" : `${rule.outcome.kind}s`;
