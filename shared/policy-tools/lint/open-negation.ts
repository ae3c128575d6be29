import type { Condition } from "../../policy/content.ts";
import { type Claim, type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { isStageTag } from "./stages.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { alternatives, excludedBy } from "./ways.ts";

/**
 * Rules that approve where a tag is not something: also where it is missing, or spelt in a way that nobody thought of. A rule
 * that says elsewhere that the tag is there has thought of it, and most exceptions are meant so: not those that part
 * production from the rest.
 */
export const openNegation: Warning = (file) => {
  const claimer = new Claimer(file.content);
  return claimRules(file.content, claimer).flatMap((each): Finding[] => {
    const { rule } = each;
    if (rule.outcome.kind !== "approve") return [];
    const open = openConditions(each, ({ field, matcher }) => claimer.claim(field, matcher).field);
    return open.map(([condition, held]) => {
      const where = 'where the tag is missing, or is written otherwise, like "production" or "prod "';
      const advice = `write under "when" which values rule "${rule.name}" may approve`;
      return findingAt(condition, `${condition.field.name}: ${held} ${where}; ${advice}`, file);
    });
  });
};

/** Each with what is wrong with it, as the beginning of a sentence. */
function openConditions(
  rule: ClaimedRule,
  idOf: (condition: Condition) => string,
): readonly (readonly [Condition, string])[] {
  const { when, anyOf, unless } = rule.rule;
  const always = toldBy([...rule.when, ...excludedBy(rule)]);
  const blocks = alternatives(rule).map(toldBy);
  const isToldIn = (block: ReadonlySet<string>, condition: Condition) =>
    always.has(idOf(condition)) || block.has(idOf(condition));
  const isAlwaysTold = (condition: Condition) => blocks.every((block) => isToldIn(block, condition));

  const negated = [
    ...when.filter((condition) => isNegatedTag(condition) && !isAlwaysTold(condition)),
    ...anyOf.flatMap((block, at) =>
      block.filter((condition) => isNegatedTag(condition) && !isToldIn(blocks[at] ?? NOTHING, condition)),
    ),
  ];
  const excepted = unless.flatMap(([only, ...more]) =>
    only && more.length === 0 && isStage(only) && !isAlwaysTold(only) ? [only] : [],
  );
  return [
    ...negated.map((condition) => [condition, '"not" also holds'] as const),
    ...excepted.map((condition) => [condition, "this exception does not hold"] as const),
  ];
}

const NOTHING: ReadonlySet<string> = new Set();

/** The fields that are there where all of these claims are true. */
const toldBy = (claims: readonly Claim[]): ReadonlySet<string> =>
  new Set(claims.flatMap(({ field, holds, about }) => (holds && TELLING.has(about.kind) ? [field] : [])));

const TELLING: ReadonlySet<Claim["about"]["kind"]> = new Set(["present", "text", "sameAs"]);

const isText = ({ matcher }: Condition, negated: boolean): boolean =>
  (matcher.kind === "text" || matcher.kind === "list") && matcher.negated === negated;

const isNegatedTag = (condition: Condition): boolean =>
  condition.field.tag !== null && isText(condition, true);
const isStage = (condition: Condition): boolean => isStageTag(condition.field) && isText(condition, false);
