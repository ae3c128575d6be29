import type { Freeze } from "../../policy/content.ts";
import { type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { overrules } from "./never-decides.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { Ways } from "./ways.ts";

/**
 * Freezes that hold nothing up, because where they hold some rule always asks or rejects. What people decide is theirs, also
 * in a freeze: its author may believe that nothing is approved then.
 */
export const idleFreeze: Warning = (file) => {
  const claimer = new Claimer(file.content);
  const rules = claimRules(file.content, claimer);
  const approving = rules.filter(({ rule }) => rule.outcome.kind === "approve");
  const ways = new Ways(file.effort);

  /** The rule that decides whatever `each` would approve in the freeze; null when there may be none. */
  const beating = (each: ClaimedRule): ClaimedRule["rule"] | null => {
    const waysOfEach = ways.of(each);
    const covers = (other: ClaimedRule) =>
      overrules(other.rule, each.rule) && ways.matchesWherever(other, each, waysOfEach);
    return rules.find((other) => !file.effort.isSpent && covers(other))?.rule ?? null;
  };
  const isPossible = (each: ClaimedRule): boolean => ways.of(each).length > 0;

  return file.content.freezes.flatMap((freeze): Finding[] => {
    const frozen = approving.map((each) => inFreeze(each, freeze, claimer)).filter(isPossible);
    const always = beating(inFreeze(ANYTHING, freeze, claimer));
    const beaten = always === null ? frozen.map(beating) : [always];
    const [first] = beaten;
    if (first == null || beaten.includes(null) || file.effort.isSpent) return [];
    const { name, line, outcome } = first;
    const why = `rule "${name}" (line ${line}) ${outcome.kind}s wherever something would be approved in it`;
    const message = `freeze "${freeze.name}" never holds anything up: ${why}, and what people decide no freeze stops`;
    return [findingAt(freeze, message, file)];
  });
};

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
