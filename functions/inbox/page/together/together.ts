import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import type { RequestDetail } from "../api.ts";
import { type Next, nextAfter } from "../decisions.ts";
import type { Reply } from "../reply.ts";

/** More than these nobody reads before they approve them. */
export const MAX_TOGETHER = 20;

type Listed = Pick<ListedRequest, "consumer" | "cluster"> & { readonly id: string };

/** Why a row cannot be chosen beside those that are; null where it can. */
export function obstacleTo(row: Listed, chosen: readonly Listed[]): string | null {
  const [first] = chosen;
  if (first === undefined || chosen.some(({ id }) => id === row.id)) return null;
  if (row.consumer !== first.consumer || row.cluster !== first.cluster)
    return "Only requests of one consumer for one cluster are approved together.";
  return chosen.length >= MAX_TOGETHER ? `At most ${MAX_TOGETHER} are approved together.` : null;
}

/** Why rows of a list cannot be chosen beside those that are, each reason once. */
export const obstaclesTo = (rows: readonly Listed[], chosen: readonly Listed[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => obstacleTo(row, chosen) ?? [])),
];

/** A request of those chosen, as it was read right before they are approved. */
export type Candidate =
  | { readonly id: string; readonly kind: "approvable"; readonly request: RequestDetail }
  | { readonly id: string; readonly kind: "not"; readonly because: string };

/**
 * Which of those that were read can be approved together: they wait for the same person, by the very rules that made the
 * first one wait, for one consumer and one cluster.
 */
export function candidatesOf(
  read: readonly { readonly id: string; readonly reply: Reply<RequestDetail> }[],
): readonly Candidate[] {
  let first: string | null = null;
  return read.map(({ id, reply }): Candidate => {
    if (!reply.ok) return { id, kind: "not", because: reply.refusal.sentence };
    const { value: request } = reply;
    if (request.state !== "waiting" || !request.viewer.mayReview)
      return { id, kind: "not", because: request.viewer.because };
    first ??= kindOf(request);
    return first === kindOf(request)
      ? { id, kind: "approvable", request }
      : { id, kind: "not", because: "Another rule asks about it than about the first one." };
  });
}

/** What requests must have in common. Ids and names tell case apart nowhere. */
const kindOf = ({ verdict, consumerSubscription, clusterId }: RequestDetail): string => {
  const rules = (verdict?.decidedBy ?? []).map(({ name }) => name).toSorted();
  return JSON.stringify([rules, consumerSubscription, clusterId]).toLowerCase();
};

/** Whether one of them demands a reason. */
export const isReasonRequired = (candidates: readonly Candidate[]): boolean =>
  candidates.some(
    (one) => one.kind === "approvable" && (one.request.ask?.requirement.reasonRequired ?? false),
  );

/** What became of one of them. */
export interface Outcome {
  readonly id: string;
  readonly next: Next;
}

/** Approves one after the other, each for itself and each as it was read; says what became of each as soon as it is known. */
export async function approveAll(
  candidates: readonly Candidate[],
  approve: (id: string, asked: number) => Promise<Reply<unknown>>,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  for (const candidate of candidates) {
    if (candidate.kind === "not" || candidate.request.ask === null) continue;
    const next = nextAfter(await approve(candidate.id, candidate.request.ask.seq));
    onOutcome({ id: candidate.id, next });
    // Everything that follows would be answered the same.
    if (next.kind === "signIn") return;
  }
}
