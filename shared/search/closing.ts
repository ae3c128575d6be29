import * as z from "zod";
import { armName } from "../connection/arm-id.ts";
import { Instant, RequestId } from "../connection/connection.ts";
import type { Change } from "../request/life.ts";
import { outcomeOf } from "../request/record.ts";
import { isReviewer } from "../request/reviewer.ts";
import { type DecisionKind, Outcome } from "../request/terms.ts";

/** How a request ended, as far as figures are made of it. One that is taken up again ends more than once. */
export const Closing = z.object({
  requestId: RequestId,
  seq: z.int().positive(),
  at: Instant,
  outcome: Outcome,
  cluster: z.string(),
  consumer: z.string().nullable(),
  /** What that subscription was called then; null where nobody knew. Those of earlier versions have none. */
  consumerName: z.string().nullable().default(null),
  /** Whose word it was; null where nobody decided. */
  by: z.enum(["policy", "people", "integrations", "system"]).nullable(),
  /** Names of the rules, where it was the policy's word. */
  rules: z.array(z.string()),
  /** Names of the rules that had people asked; those of earlier versions have none. */
  askedBy: z.array(z.string()).default([]),
  /** Object ids and names of the people whose reviews decided. */
  people: z.array(z.object({ oid: z.string(), name: z.string() })),
  /** From the moment at which the connection came into our care until the decision, in ms; null without one. */
  decidedAfterMs: z.number().nullable(),
});
export type Closing = z.infer<typeof Closing>;

const BY = {
  rule: "policy",
  person: "people",
  integration: "integrations",
  system: "system",
} as const;

/** How a change closes its request; null when it does not. */
export function closingOf({ records, request }: Pick<Change, "records" | "request">): Closing | null {
  const record = records.findLast((one) => outcomeOf(one) !== null);
  const outcome = record === undefined ? null : outcomeOf(record);
  if (record === undefined || outcome === null) return null;
  const { decision, verdict } = request;
  return {
    requestId: request.id,
    seq: record.seq,
    at: record.at,
    outcome,
    cluster: armName(request.clusterId).name,
    consumer: request.consumerSubscription,
    consumerName: request.consumerName,
    by: decision && BY[decision.by.kind],
    rules: decision?.by.kind === "rule" ? [...decision.by.rules] : [],
    askedBy: verdict?.kind === "ask" ? verdict.decidedBy.map(({ name }) => name) : [],
    people: decision !== null && isReviewer(decision.by) ? reviewersOf(request, decision.decision) : [],
    decidedAfterMs: decision && Date.parse(decision.at) - Date.parse(request.takenUpAt),
  };
}

const reviewersOf = ({ ask }: Change["request"], decision: DecisionKind): Closing["people"] =>
  (ask?.reviews ?? [])
    .filter(({ review }) => review === decision)
    .flatMap(({ by }) => (by.kind === "person" ? [{ oid: by.oid, name: by.name }] : []));
