import type { Tab } from "../route.ts";

/** What is known of an empty list. */
export interface Emptiness {
  readonly tab: Tab;
  /** Whether the token cannot say which groups the person is in. */
  readonly isBlind: boolean;
  /** How many wait for other people; null while that is not known. */
  readonly others: number | null;
  /** Whether there are more of them. */
  readonly isMore: boolean;
  /** Whom those are put to, as far as that is known. */
  readonly names: readonly string[];
}

const SENTENCES = {
  others: "Nothing waits for anybody else.",
  decided: "Nothing was decided yet.",
} as const;

/** `Nothing waits for you. 3 wait for security-duty.` */
export function emptySentence({ tab, isBlind, others, isMore, names }: Emptiness): string {
  if (tab !== "mine") return SENTENCES[tab];
  const mine = isBlind ? "Nobody can tell what waits for you." : "Nothing waits for you.";
  if (others === null) return mine;
  if (others === 0) return `${mine} Nothing waits for anybody else either.`;
  const count = isMore ? `More than ${others} wait` : others === 1 ? "1 waits" : `${others} wait`;
  return `${mine} ${count} for ${names.length === 0 ? "others" : names.join(", ")}.`;
}
