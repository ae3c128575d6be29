import * as z from "zod";
import { wakeAt } from "../approval/wait.ts";
import { Instant, RequestId } from "../connection/connection.ts";
import { Tries } from "../connection/retry.ts";
import { type ApprovalRequest, RequestState } from "../request/request.ts";

/** What the orchestrator needs to know of a request; everything else stays in the store. */
export const Standing = z.object({
  state: RequestState,
  askedSeq: z.int().nullable(),
  wakeAt: Instant.nullable(),
});
export type Standing = z.infer<typeof Standing>;

/** What an activity came to: where the request stands, or that ARM wants a pause before the same is tried again. */
export const Progress = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("stands"), standing: Standing }),
  z.object({
    kind: z.literal("tryAgain"),
    afterMs: z.int().nonnegative(),
    tries: Tries,
  }),
]);
export type Progress = z.infer<typeof Progress>;

/** `round` tells an orchestration that a later one has taken over; `tries` is what the last try gave back. */
export const Errand = z.object({ requestId: RequestId, round: z.int(), tries: Tries });
export type Errand = z.infer<typeof Errand>;

/** `now` is the orchestrator's clock, by which its timers fire: what is due must not depend on another one's skew. */
export const FollowUp = z.object({ requestId: RequestId, round: z.int(), now: Instant });
export type FollowUp = z.infer<typeof FollowUp>;

/** Where a request stands for the orchestration of `round`: closed, when a later one has taken over. */
export function standingOf(request: ApprovalRequest, round: number): Standing {
  if (request.round !== round) return { state: "closed", askedSeq: null, wakeAt: null };
  return { state: request.state, askedSeq: request.askedSeq, wakeAt: wakeAt(request) };
}

/** An orchestration that cannot go on: a bug of ours, or a store that stays away. */
export const GiveUp = z.object({ requestId: RequestId, round: z.int() });
export type GiveUp = z.infer<typeof GiveUp>;

/** The errand of an activity that needs to know nothing but the request. */
export const OfRequest = z.object({ requestId: RequestId });
export type OfRequest = z.infer<typeof OfRequest>;

/** An activity as the orchestrator sees it: a name, and what goes in and comes out as JSON. */
export interface Activity<I, O> {
  readonly name: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
}

export const assess: Activity<Errand, Progress> = { name: "assess", input: Errand, output: Progress };
export const ask: Activity<OfRequest, null> = { name: "ask", input: OfRequest, output: z.null() };
export const followUp: Activity<FollowUp, Standing> = { name: "followUp", input: FollowUp, output: Standing };
export const apply: Activity<Errand, Progress> = { name: "apply", input: Errand, output: Progress };
export const announce: Activity<OfRequest, null> = { name: "announce", input: OfRequest, output: z.null() };
export const giveUp: Activity<GiveUp, null> = { name: "giveUp", input: GiveUp, output: z.null() };
