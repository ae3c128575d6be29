import { describeDemands } from "../../../shared/policy/engine/demands.ts";
import { inUtc } from "../../../shared/text.ts";
import type { RequestDetail } from "./api.ts";

/** Why what is on the screen is not replaced by what was read since. */
export type Held = "changed" | "over";

/**
 * Whether the screen stays as the person saw it: they are about to answer it, and what was read since asks something else,
 * or nothing any more. Null where the newer may be shown at once, which no form is replaced by.
 */
export function heldBy(seen: RequestDetail, latest: RequestDetail): Held | null {
  const { mayReview, mayWithdraw } = seen.viewer;
  if (seen.state !== "waiting" || !(mayReview || mayWithdraw)) return null;
  if (latest.state !== "waiting") return "over";
  return latest.ask.seq === seen.ask.seq ? null : "changed";
}

/** One thing that is not as it was. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

const NOTHING = "nothing";

/** What a person has to compare; whom it is about never changes. Each is a text, so that two are different when they read differently. */
const COMPARED: readonly (readonly [what: string, of: (request: RequestDetail) => string])[] = [
  ["Their message", ({ requestMessage }) => requestMessage],
  ["State", ({ state, closure }) => closure?.outcome ?? state],
  ["What the policy says", ({ verdict }) => verdict?.because ?? NOTHING],
  ["Decided by", ({ verdict }) => (verdict?.decidedBy ?? []).map(({ name }) => name).join(", ") || NOTHING],
  ["Who is asked", ({ ask }) => (ask === null ? NOTHING : describeDemands(ask.requirement))],
  ["Deadline", ({ ask }) => (ask === null ? NOTHING : inUtc(ask.deadline))],
  [
    "Reviews",
    ({ ask }) => (ask?.reviews ?? []).map(({ by, review }) => `${by.name}: ${review}`).join(", ") || NOTHING,
  ],
  ["Decision", ({ decision }) => (decision === null ? NOTHING : `${decision.decision}: ${decision.reason}`)],
];

/** What is different between what the person saw and what is so now, in the order of the screen. */
export const changesOf = (before: RequestDetail, after: RequestDetail): readonly Change[] =>
  COMPARED.map(([what, of]) => ({ what, before: of(before), after: of(after) })).filter(
    (change) => change.before !== change.after,
  );
