import type { Freeze, Rule } from "../../policy/content.ts";
import { type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { overrules } from "./never-decides.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { type Way, Ways } from "./ways.ts";

/**
 * Freezes that hold nothing up, because where they hold some rule always asks or rejects. What people decide is theirs, also
 * in a freeze: its author may believe that nothing is approved then.
 */
export const idleFreeze: Warning = (file) => {
  const claimer = new Claimer(file.content);
  const rules = claimRules(file.content, claimer);
  const approving = rules.filter(({ rule }) => rule.outcome.kind === "approve");
  const ways = new Ways(file.effort);

  /** The rule that decides whatever `each` would approve; null when there may be none. */
  const beating = (each: ClaimedRule, waysOfEach: readonly Way[]): Rule | null => {
    const covers = (other: ClaimedRule) =>
      file.effort.take(PAIR) &&
      overrules(other.rule, each.rule) &&
      ways.matchesWherever(other, each, waysOfEach);
    return rules.find(covers)?.rule ?? null;
  };
  /** The first of the rules that beat all that is approved in the freeze; null when something may be approved. */
  const beatingAll = (freeze: Freeze): Rule | null => {
    let first: Rule | null = null;
    for (const rule of approving) {
      const each = inFreeze(rule, freeze, claimer);
      const waysOfEach = ways.of(each);
      if (waysOfEach.length === 0) continue;
      const beater = beating(each, waysOfEach);
      if (beater === null) return null;
      first ??= beater;
    }
    return first;
  };

  return file.content.freezes.flatMap((freeze): Finding[] => {
    const whole = inFreeze(ANYTHING, freeze, claimer);
    const beater = beating(whole, ways.of(whole)) ?? beatingAll(freeze);
    if (beater === null || file.effort.isSpent) return [];
    const { name, line, outcome } = beater;
    const why = `rule "${name}" (line ${line}) ${outcome.kind}s wherever something would be approved in it`;
    const message = `freeze "${freeze.name}" never holds anything up: ${why}, and what people decide no freeze stops`;
    return [findingAt(freeze, message, file)];
  });
};

/** What it costs to look at two rules. */
const PAIR = 20;

/** A rule that approves everything. */
const ANYTHING: ClaimedRule = {
  rule: { name: "", line: 0, mode: "enforce", when: [], anyOf: [], unless: [], outcome: { kind: "approve" } },
  when: [],
  anyOf: [],
  unless: [],
};

/** The rule where the freeze holds as well. */
const inFreeze = (each: ClaimedRule, { when }: Freeze, claimer: Claimer): ClaimedRule => ({
  ...each,
  when: [...each.when, ...claimer.block(when)],
});
