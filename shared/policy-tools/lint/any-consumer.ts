import type { Field } from "../../policy/facts.ts";
import { Claimer, claimRules, not } from "./claims.ts";
import { namesConsumer } from "./proof.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { alternatives, implies, type Way, Ways } from "./ways.ts";

/** Rules that approve any consumer on production clusters. Only the subscription, or what owns it, says who asks. */
export const anyConsumer: Warning = (file) => {
  const claimer = new Claimer(file.content);
  const ways = new Ways(file.effort);
  const stages = STAGES.map((field) => ({
    present: claimer.claim(field, { kind: "present", wanted: true }),
    production: claimer.claim(field, { kind: "text", negated: false, texts: ["*prod*"] }),
  }));
  /** A missing tag says nothing about the cluster: what keeps production out must be there, and be something else. */
  const canReachProduction = (way: Way) =>
    !stages.some(({ present, production }) => implies(way, present) && implies(way, not(production)));

  return claimRules(file.content, claimer).flatMap((each): Finding[] => {
    const { rule } = each;
    const isOpen =
      rule.outcome.kind === "approve" &&
      !each.when.some(namesConsumer) &&
      !alternatives(each).every((block) => block.some(namesConsumer));
    if (!isOpen || !ways.of(each).some(canReachProduction) || file.effort.isSpent) return [];
    const advice = "name the consumer by endpoint.subscription or consumer.managementGroups";
    const message = `rule "${rule.name}" approves any consumer on production clusters: ${advice}`;
    return [findingAt(rule, message, file)];
  });
};

/** What tells production from other clusters, by the names that teams give it. */
const STAGES: readonly Field[] = [
  ...["env", "environment", "stage", "tier"].map((tag) => fieldOf(["cluster", "tags"], tag)),
  fieldOf(["cluster", "name"]),
  fieldOf(["cluster", "resourceGroup"]),
];

function fieldOf(path: readonly string[], tag: string | null = null): Field {
  return { name: path.join("."), path, tag };
}
