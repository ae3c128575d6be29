import { type Claim, type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { tellsOfConsumer } from "./proof.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { alternatives } from "./ways.ts";

/** Rules that approve because of a message that the consumer writes, without anything that proves who asks. */
export const messageAlone: Warning = (file) =>
  claimRules(file.content, new Claimer(file.content)).flatMap((each): Finding[] => {
    const { rule } = each;
    if (rule.outcome.kind !== "approve" || !restsOnMessage(each)) return [];
    const advice =
      "add a condition on endpoint.subscription, consumer.managementGroups, consumer.tenant, or history of at least 1";
    const message = `rule "${rule.name}" rests on the message alone, which is the consumer's own claim: ${advice}`;
    return [findingAt(rule, message, file)];
  });

const restsOnMessage = (rule: ClaimedRule): boolean =>
  !rule.when.some(tellsOfConsumer) &&
  alternatives(rule).some(
    (block) => !block.some(tellsOfConsumer) && (rule.when.some(isOnMessage) || block.some(isOnMessage)),
  );

const isOnMessage = ({ field }: Claim): boolean => field === "message";
