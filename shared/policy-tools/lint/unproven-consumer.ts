import { enumerate } from "../../policy/text.ts";
import { type Claim, type ClaimedRule, Claimer, claimRules, not } from "./claims.ts";
import { isOwnWord, namesConsumer, ownWordIn, tellsOfConsumer } from "./proof.ts";
import { STAGES } from "./stages.ts";
import { type Finding, findingAt, type Linted, type Warning } from "./warning.ts";
import { alternatives, excludedBy, implies, type Way, Ways } from "./ways.ts";

/**
 * Rules that approve without knowing whom: because of what the consumer chooses itself, wherever that may be; or any consumer
 * at all, on production clusters. Whoever knows what a rule of the first kind asks for can write it.
 */
export const unprovenConsumer: Warning = (file) => {
  const claimer = new Claimer(file.content);
  const reachesProduction = productionReached(file, claimer);

  return claimRules(file.content, claimer).flatMap((each): Finding[] => {
    const { rule } = each;
    if (rule.outcome.kind !== "approve") return [];
    const words = ownWordsOf(each);
    if (words.length > 0) {
      const chosen = `${enumerate(words, MAX_NAMED)} ${words.length === 1 ? "is" : "are"} no proof of who asks`;
      const message = `rule "${rule.name}" approves whoever writes what it asks for: ${chosen}; ${ADVICE}`;
      return [findingAt(rule, message, file)];
    }
    if (knowsConsumer(each) || !reachesProduction(each)) return [];
    const advice = "name the consumer by endpoint.subscription or consumer.managementGroups";
    return [
      findingAt(rule, `rule "${rule.name}" approves any consumer on production clusters: ${advice}`, file),
    ];
  });
};

const MAX_NAMED = 3;
const ADVICE =
  "add a condition on endpoint.subscription, consumer.managementGroups or requesterId, or a history of at least 1";

/** What the consumer chooses in those ways of matching in which nothing else tells of it; empty when there are none. */
function ownWordsOf(rule: ClaimedRule): readonly string[] {
  const always = [...rule.when, ...excludedBy(rule)];
  if (always.some(tellsOfConsumer)) return [];
  const unproven = alternatives(rule).filter((block) => !block.some(tellsOfConsumer));
  if (unproven.length === 0) return [];
  return [...new Set([always, ...unproven].flat().filter(isOwnWord).map(ownWordIn))];
}

const knowsConsumer = (rule: ClaimedRule): boolean =>
  [...rule.when, ...excludedBy(rule)].some(namesConsumer) ||
  alternatives(rule).every((block) => block.some(namesConsumer));

/** Whether a rule may match on a production cluster; false also when that cannot be found out. */
function productionReached({ effort }: Linted, claimer: Claimer): (rule: ClaimedRule) => boolean {
  const ways = new Ways(effort);
  const stages = STAGES.map(
    (field): Readonly<Record<"present" | "production", Claim>> => ({
      present: claimer.claim(field, { kind: "present", wanted: true }),
      production: claimer.claim(field, { kind: "text", negated: false, texts: ["*prod*"] }),
    }),
  );
  /** A missing tag says nothing about the cluster: what keeps production out must be there, and be something else. */
  const canReach = (way: Way) =>
    !stages.some(({ present, production }) => implies(way, present) && implies(way, not(production)));
  return (rule) => ways.of(rule).some(canReach) && !effort.isSpent;
}
