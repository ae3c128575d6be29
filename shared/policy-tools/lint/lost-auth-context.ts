import type { Ask, PolicyContent } from "../../policy/content.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";

/**
 * Asks that demand an authentication context while `whenUnknown` demands none: where it cannot be decided whether such an ask
 * applies, `whenUnknown` asks in its place, and people answer with less than was meant.
 */
export const lostAuthContext: Warning = (file) => {
  const { whenUnknown } = file.content;
  if (whenUnknown.ask.authContext !== null) return [];
  return demanding(file.content).map(({ who, ask }): Finding => {
    const lost = `${who} demands the authentication context ${ask.authContext}, which whenUnknown (line ${whenUnknown.line}) does not`;
    return findingAt(
      ask,
      `${lost}: where a fact cannot be read, people answer without it; demand it there, too`,
      file,
    );
  });
};

function demanding({ rules, freezes, default: byDefault }: PolicyContent) {
  const asking: { readonly who: string; readonly ask: Ask }[] = [];
  if (byDefault.outcome.kind === "ask") asking.push({ who: "default", ask: byDefault.outcome.ask });
  // In mode approveOnly a rule asks nobody, and in mode shadow it does nothing.
  for (const { name, outcome, mode } of rules)
    if (outcome.kind === "ask" && mode === "enforce")
      asking.push({ who: `rule "${name}"`, ask: outcome.ask });
  for (const { name, outcome } of freezes)
    if (outcome.kind === "ask") asking.push({ who: `freeze "${name}"`, ask: outcome.ask });
  return asking.filter(({ ask }) => ask.authContext !== null);
}
