import type { ReviewAnswer, ReviewRefusal } from "../approval/review.ts";
import type { RequestId } from "../connection/connection.ts";
import { currentRequest } from "../request/ledger.ts";
import type { AuditRecord, RecordOf } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { type PeopleNeeds, wakeIfMoving } from "./people.ts";
import { type AnsweringIntegration, review } from "./review.ts";

/** An answer as integrations give it: they take nothing back. */
export interface IntegrationAnswer extends ReviewAnswer {
  readonly review: "approve" | "reject";
}

/** What came of an integration's message. */
export type Heard =
  /** Its review is on record; `isReplay` when it was before this message came. */
  | {
      readonly kind: "recorded";
      readonly record: RecordOf<"reviewed">;
      readonly request: ApprovalRequest;
      readonly isReplay: boolean;
    }
  | { readonly kind: "refused"; readonly refusal: ReviewRefusal };

/**
 * Takes the review of an integration, by the same use case as a person's. A message that comes again, since its sender
 * did not hear the answer, or since somebody replays it, is told what is on record and counts nothing.
 * @returns null when there is no such request
 */
export async function reviewByIntegration(
  needs: PeopleNeeds,
  id: RequestId,
  integration: AnsweringIntegration,
  answer: IntegrationAnswer,
): Promise<Heard | null> {
  const recorded = async () => (await needs.ledger.store.trail(id)).findLast(isOf(integration, answer));
  const before = await recorded();
  if (before !== undefined) return heardBefore(needs, before);

  const reviewed = await review(needs, id, integration, answer);
  if (reviewed === null) return null;
  const { request, refusal } = reviewed;
  const record = await recorded();
  if (refusal === null && record !== undefined) return { kind: "recorded", record, request, isReplay: false };
  // Of two that came at once, the one that was slower.
  if (record !== undefined) return heardBefore(needs, record);
  if (refusal !== null) return { kind: "refused", refusal };
  throw new Error(`The review of ${integration.name} was taken, and no record of ${id} has it.`);
}

/** The app may have been killed right after it stored the review: then nobody was told that it settled the request. */
async function heardBefore(needs: PeopleNeeds, record: RecordOf<"reviewed">): Promise<Heard> {
  const request = await currentRequest(needs.ledger, record.requestId);
  await wakeIfMoving(needs, request);
  return { kind: "recorded", record, request, isReplay: true };
}

/** Whether a record is that of this very message: a rejection after an approval is another one, whatever it is called. */
const isOf =
  ({ name, messageId }: AnsweringIntegration, { asked, review }: IntegrationAnswer) =>
  (record: AuditRecord): record is RecordOf<"reviewed"> =>
    record.kind === "reviewed" &&
    record.actor.kind === "integration" &&
    record.actor.name === name &&
    record.asked === asked &&
    record.review === review &&
    record.claim?.messageId === messageId;
