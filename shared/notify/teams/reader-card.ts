import { factsBehind } from "../../request/facts-behind.ts";
import type { AuditRecord } from "../../request/record.ts";
import type { ApprovalRequest } from "../../request/request.ts";
import type { Answering, CardNotice, CardPlace } from "./card.ts";
import type { AdaptiveCard } from "./elements.ts";
import { envelopeOf } from "./envelope.ts";

/** A request as it is now, as a card for one reader; null where nobody was ever asked. @param trail its records */
export function readerCard(
  request: ApprovalRequest,
  trail: readonly AuditRecord[],
  answering: Answering,
  place: CardPlace,
): AdaptiveCard | null {
  const { id: requestId, audience, state, updatedAt: at } = request;
  if (audience === null) return null;
  const kind =
    state === "closed" ? "closed" : state === "deferred" || state === "assessing" ? "withdrawn" : "reviewed";
  const facts = factsBehind(request.verdict, trail);
  const notice: CardNotice = {
    id: `${requestId}:${request.seq}`,
    kind,
    requestId,
    audience,
    request,
    facts,
    at,
  };
  return envelopeOf(notice, place, answering).attachments[0].content;
}
