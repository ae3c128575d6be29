import { formatDuration } from "../../policy/duration.ts";
import {
  describeDistinctPeople,
  describeEscalation,
  describeNotify,
  describeQuietHours,
  describeWho,
  distinctDemands,
} from "../../policy/engine/terms.ts";
import type { ApprovalRequirement, Requirement, Verdict } from "../../policy/verdict.ts";

/** One thing that is done otherwise, in the words of the policy. */
export interface Change {
  /** As a policy calls it: `approvers`, `timeout`, `reason`. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/**
 * In what two verdicts of one kind do otherwise; empty when the same is done. That another rule decided, or that approvers
 * have another name for the same groups, is no difference.
 */
export function differences(before: Verdict, after: Verdict): readonly Change[] {
  const [old, now] = [termsOf(before), termsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((what) =>
    difference(what, old.get(what) ?? [], now.get(what) ?? []),
  );
}

/** One part of a term: what counts, and how it is shown. */
interface Part {
  readonly key: string;
  readonly shown: string;
}

type Terms = ReadonlyMap<string, readonly Part[]>;

/** Only the parts that one side has and the other has not. */
function difference(what: string, old: readonly Part[], now: readonly Part[]): readonly Change[] {
  const [before, after] = [shown(without(old, now)), shown(without(now, old))];
  // What differs and looks the same differs because of another term, which shows it.
  return before === after ? [] : [{ what, before, after }];
}

/** As often as it is there more often. */
function without(parts: readonly Part[], others: readonly Part[]): readonly Part[] {
  const left = others.map(({ key }) => key);
  return parts.filter(({ key }) => {
    const found = left.indexOf(key);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

const shown = (parts: readonly Part[]): string => parts.map((part) => part.shown).join(" and ") || "nothing";

const part = (key: unknown, text: string): Part => ({ key: JSON.stringify(key), shown: text });
const word = (text: string): readonly Part[] => [part(text, text)];

function termsOf(verdict: Verdict): Terms {
  switch (verdict.kind) {
    case "ask":
      return new Map(Object.entries(termsOfAsk(verdict.requirement)));
    case "reject":
      return new Map([["reason", word(verdict.reason)]]);
    case "wait":
      return new Map([["until", word(new Date(verdict.until).toISOString())]]);
    case "approve":
    case "leave":
      return new Map();
  }
}

const termsOfAsk = (asked: ApprovalRequirement): Readonly<Record<string, readonly Part[]>> => ({
  approvers: asked.requirements.map((demand) => part(keyOf(demand), describeWho(demand))),
  escalateTo: asked.requirements.flatMap(escalationOf),
  distinctPeople: distinctDemands(asked.requirements).map((demands) =>
    part(demands.map(keyOf).toSorted(), describeDistinctPeople(demands).join()),
  ),
  notify: describeNotify(asked.requirements).flatMap(word),
  quietHours: describeQuietHours(asked.requirements).flatMap(word),
  timeout: word(formatDuration(asked.timeoutMs)),
  onTimeout: word(asked.onTimeout),
  remindAfter: asked.remindAfterMs === null ? [] : word(formatDuration(asked.remindAfterMs)),
  reasonRequired: word(String(asked.reasonRequired)),
  authContext: asked.authContexts.flatMap(word),
  inCard: word(String(asked.inCard === true)),
  preventSelfReview: [part([asked.preventSelfReview, asked.excludedReviewer], selfReviewOf(asked))],
});

const keyOf = ({ groups, quorum, integrations = [] }: Requirement): string =>
  JSON.stringify([groups.toSorted(), quorum, integrations]);

const escalationOf = (demand: Requirement): readonly Part[] =>
  describeEscalation(demand).map((text) =>
    part(
      [demand.groups.toSorted(), demand.escalation?.groups.toSorted(), demand.escalation?.afterMs],
      `${text} for ${demand.approvers.join(" or ")}`,
    ),
  );

const selfReviewOf = ({ preventSelfReview, excludedReviewer }: ApprovalRequirement): string =>
  excludedReviewer === null ? String(preventSelfReview) : `${preventSelfReview} (${excludedReviewer})`;
