import type { Count, Facts } from "../policy/facts.ts";
import type { ScreenInput } from "./input.ts";
import { type RowView, rowViewIn } from "./row.ts";

const SHOWN = 3;

/** What this consumer asked for before. */
export interface HistorySection {
  readonly heading: string;
  /** How often it was approved, a sentence each. */
  readonly sentences: readonly string[];
  /** Its last requests beside this one, the newest first, at most three. */
  readonly recent: readonly RowView[];
}

export function historySection({
  request,
  facts,
  recent,
  now,
}: Pick<ScreenInput, "request" | "facts" | "recent" | "now">): HistorySection {
  const others = recent.filter(
    ({ id, consumer }) => id !== request.id && consumer === request.consumerSubscription,
  );
  return {
    heading: "What this consumer asked for before",
    sentences: [
      ...countsOf(facts),
      ...(others.length === 0 ? ["No other request of this consumer was found."] : []),
    ],
    recent: others.slice(0, SHOWN).map((listed) => rowViewIn(listed, now)),
  };
}

function countsOf(facts: Facts | null): readonly string[] {
  if (facts === null) return ["How often it was approved is not known yet."];
  const { approvedBefore, approvedOnCluster } = facts.history;
  return [
    countSentence(approvedBefore, "Approved requests of this subscription on any cluster"),
    countSentence(approvedOnCluster, "Approved connections of this subscription to this cluster"),
  ];
}

/** The facts are as old as the assessment; the requests below it may be newer. */
function countSentence(count: Count, which: string): string {
  const what = `${which}, when it was assessed`;
  switch (count.kind) {
    case "value":
      return `${what}: ${count.value === 0 ? "none" : count.value}.`;
    case "absent":
      return `${what}: none.`;
    case "unknown":
      return `${what}: unknown (${count.cause}).`;
  }
}
