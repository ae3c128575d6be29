import { ANSWERED, ASKED, BY_RULE } from "../journey/kit/trails.ts";
import type { Kind } from "./approval.ts";
import type { Instance, Put, TrailRecord } from "./evidence.ts";

/** All that can be seen of one approval from outside. */
export interface Evidence extends Pick<Kind, "by"> {
  readonly name: string;
  /** What ARM shows; undefined when it knows of no such connection. */
  readonly status: string | undefined;
  readonly puts: readonly Put[];
  readonly trail: readonly TrailRecord[];
  readonly instance: Instance | undefined;
}

/** What can be wrong with an approval. */
const PROMISES = ["lost", "repeatedPuts", "trails", "stuck"] as const;
type Promised = (typeof PROMISES)[number];

/** What is wrong with approvals, a sentence for each, and what was done more than once without harm. */
export type Verdict = Readonly<Record<Promised | "messages", readonly string[]>> & {
  /** Activities that were begun again, since a crash took their result. */
  readonly repeatedSteps: number;
  /** PUTs that changed nothing, since ARM had the answer already. */
  readonly idlePuts: number;
};

/** @param begun how many activities were begun in all; @param messages what is wrong with them */
export function verdictOf(
  approvals: readonly Evidence[],
  begun: number,
  messages: readonly string[],
): Verdict {
  const sentences = (promise: Promised) =>
    approvals.flatMap((approval) => {
      const fault = FAULTS[promise](approval);
      return fault === null ? [] : [`${approval.name} ${fault}`];
    });
  const ended = approvals.reduce((sum, { instance }) => sum + (instance?.steps ?? 0), 0);
  const idle = approvals.flatMap(({ puts }) => puts.filter(({ effective }) => !effective));
  return {
    lost: sentences("lost"),
    repeatedPuts: sentences("repeatedPuts"),
    trails: sentences("trails"),
    stuck: sentences("stuck"),
    messages,
    repeatedSteps: begun - ended,
    idlePuts: idle.length,
  };
}

/** Everything in it that must not be. */
export const faultsIn = (verdict: Verdict): readonly string[] =>
  [...PROMISES, "messages" as const].flatMap((promise) => verdict[promise]);

const FAULTS: Readonly<Record<Promised, (approval: Evidence) => string | null>> = {
  lost: ({ status }) => (status === "Approved" ? null : `is ${status ?? "unknown"} in ARM`),
  repeatedPuts: ({ puts }) => {
    const effective = puts.filter((put) => put.effective).length;
    return effective > 1 ? `was answered ${effective} times` : null;
  },
  /** As it is when nothing is killed: without a hole, a duplicate or a detour; only that it had to wait for ARM is told besides. */
  trails: ({ by, trail }) => {
    const found = trail.map(({ seq, kind }) => `${seq} ${kind}`).join(", ");
    const expected = by === "rule" ? BY_RULE : [...ASKED, ...ANSWERED];
    const isWhole = trail.every(({ seq }, index) => seq === index + 1);
    const kinds = trail.flatMap(({ kind }) => (kind === "delayed" ? [] : [kind]));
    return isWhole && kinds.join() === expected.join() ? null : `has the trail: ${found || "nothing"}`;
  },
  stuck: ({ instance }) =>
    instance?.status === "Completed" ? null : `has an orchestration that is ${instance?.status ?? "nowhere"}`,
};
