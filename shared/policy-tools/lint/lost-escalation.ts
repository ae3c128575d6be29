import type { Ask, Rule } from "../../policy/content.ts";
import { formatDuration } from "../../policy/duration.ts";
import { type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { type Finding, findingAt, type Linted, type Warning } from "./warning.ts";
import { alternatives, Ways } from "./ways.ts";

/**
 * Rules whose escalation never comes where another one asks as well: of questions that add up the shortest timeout counts,
 * and an escalation that would come after it is dropped.
 */
export const lostEscalation: Warning = (file) => {
  const asking = askingRules(file);
  const ways = new Ways(file.effort);
  const canMeet = (one: ClaimedRule, other: ClaimedRule): boolean => {
    const both = bothOf(one, other);
    return both !== null && file.effort.take(PAIR) && ways.of(both).length > 0;
  };

  return asking.flatMap(({ claimed, ask }): Finding[] => {
    const afterMs = Math.min(...ask.requirements.map(({ escalation }) => escalation?.afterMs ?? Infinity));
    const isShorter = (other: Ask): boolean => other.timeoutMs <= afterMs;
    const rival = asking.find(
      (other) =>
        isShorter(other.ask) &&
        askTogether(claimed.rule, other.claimed.rule) &&
        canMeet(claimed, other.claimed),
    );
    const { whenUnknown } = file.content;
    const [by, { timeoutMs }] =
      rival === undefined
        ? [`whenUnknown (line ${whenUnknown.line})`, whenUnknown.ask]
        : [`rule "${rival.claimed.rule.name}" (line ${rival.claimed.rule.line})`, rival.ask];
    if (timeoutMs > afterMs || !Number.isFinite(afterMs) || file.effort.isSpent) return [];

    const { name } = claimed.rule;
    const lost = `rule "${name}" escalates after ${formatDuration(afterMs)}, but where ${by} asks, too, the question ends after ${formatDuration(timeoutMs)}`;
    return [findingAt(ask, `${lost}: escalate sooner, or make that timeout longer`, file)];
  });
};

/** What it costs to look at two rules. */
const PAIR = 200;

function askingRules({ content }: Linted): readonly { readonly claimed: ClaimedRule; readonly ask: Ask }[] {
  return claimRules(content, new Claimer(content)).flatMap((claimed) => {
    const { outcome, mode } = claimed.rule;
    // In mode approveOnly a rule asks nobody.
    return outcome.kind === "ask" && mode !== "approveOnly" ? [{ claimed, ask: outcome.ask }] : [];
  });
}

const askTogether = (rule: Rule, other: Rule): boolean =>
  other !== rule && (other.mode === rule.mode || other.mode === "enforce");

/** More alternatives than this are not looked through. */
const MAX_ALTERNATIVES = 400;

/** What matches where both match; null when that is too much to look at. */
function bothOf(one: ClaimedRule, other: ClaimedRule): ClaimedRule | null {
  const [blocks, others] = [alternatives(one), alternatives(other)];
  if (blocks.length * others.length > MAX_ALTERNATIVES) return null;
  return {
    rule: one.rule,
    when: [...one.when, ...other.when],
    anyOf: blocks.flatMap((block) => others.map((another) => [...block, ...another])),
    unless: [...one.unless, ...other.unless],
  };
}
