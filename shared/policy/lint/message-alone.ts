import { type Claim, Claimer, claimRules } from "./claims.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";
import { alternatives } from "./ways.ts";

/** Rules that approve because of a message that the consumer writes, without anything that proves who asks. */
export const messageAlone: Warning = (file) =>
  claimRules(file.content, new Claimer(file.content)).flatMap((each): Finding[] => {
    const { rule } = each;
    if (rule.outcome.kind !== "approve" || !alternatives(each).some(restsOnMessage)) return [];
    const advice = "add a condition on endpoint.subscription, consumer or history";
    const message = `rule "${rule.name}" rests on the message alone, which is the consumer's own claim: ${advice}`;
    return [findingAt(rule, message, file)];
  });

const restsOnMessage = (claims: readonly Claim[]): boolean =>
  claims.some(({ field }) => field === "message") &&
  !claims.some(({ field }) => /^(endpoint\.subscription$|consumer\.|history\.)/.test(field));
