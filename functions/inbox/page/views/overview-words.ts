import type { Figures } from "../../../../shared/search/figures.ts";
import type { Waiting } from "../../../../shared/search/waiting.ts";
import { MINUTE_MS, spanOf } from "../../../../shared/view/relative.ts";

/** A number that may be too low. */
export const atLeast = (count: number, isExact: boolean): string => `${isExact ? "" : "≥ "}${count}`;

export const waitingSentence = ({ total, isExact }: Waiting): string =>
  total === 0
    ? "Nothing waits for people."
    : `${atLeast(total, isExact)} wait${total === 1 ? "s" : ""} for people.`;

/** Who decides. */
export const WHO = ["policy", "people", "integrations"] as const;

/** How much was decided, by whom, and how long that took. */
export function decisionsSentence({
  days,
  decidedAfterMs: { p50, p95 },
}: Pick<Figures, "days" | "decidedAfterMs">): string {
  const sums = WHO.map((who) => `${days.reduce((sum, day) => sum + day[who], 0)} by ${who}`);
  const times =
    p50 === null || p95 === null ? "" : ` Half within ${spanIn(p50)}, nearly all within ${spanIn(p95)}.`;
  return `In 30 days ${sums.join(", ")}.${times} Days are in UTC.`;
}

const spanIn = (ms: number): string => (ms < MINUTE_MS ? "a minute" : spanOf(ms));
