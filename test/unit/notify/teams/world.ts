import type { Instant } from "../../../../shared/connection/connection.ts";
import type { Notice } from "../../../../shared/notify/channel.ts";
import type { CardPlace } from "../../../../shared/notify/teams/card.ts";
import type { NoticeKind } from "../../../../shared/request/notice.ts";
import type { Entry } from "../../../../shared/request/record.ts";
import { aConnection, aPolicy, aRequest, NINE } from "../../../fixtures/builders.ts";
import {
  anEntry,
  aRequirement,
  asked,
  assessed,
  decided,
  resumed,
  reviewed,
} from "../../../fixtures/entries.ts";
import { factsOf, HOME } from "../../view/world.ts";

export const PLACE: CardPlace = {
  publicUrl: "https://approvals.example",
  portalUrl: "https://portal.azure.com",
  homeTenant: HOME,
};

/** What leads to each kind of notice. */
const LEADING: Readonly<Record<NoticeKind, readonly Entry[]>> = {
  asked: [assessed(aPolicy()), asked()],
  reminded: [assessed(aPolicy()), asked(), anEntry.reminded],
  escalated: [assessed(aPolicy()), asked(), anEntry.escalated],
  reviewed: [assessed(aPolicy()), asked(aRequirement({ quorum: 2 })), reviewed()],
  withdrawn: [assessed(aPolicy()), asked(), resumed, decided()],
  closed: [assessed(aPolicy()), asked(), reviewed(), anEntry.expired],
};

interface Differences extends Partial<Notice> {
  readonly message?: string;
}

/** A notice of the kind, as a delivery makes it. */
export function aNotice(
  kind: NoticeKind,
  { message = "for payments", ...differences }: Differences = {},
): Notice {
  const request = aRequest({ connection: aConnection({ message }) }, ...LEADING[kind]);
  const audience = request.audience ?? aRequest({}, ...LEADING.asked).audience;
  if (audience === null) throw new Error("Nobody was asked.");
  return {
    id: `${request.id}:${request.seq}:teams`,
    kind,
    requestId: request.id,
    audience,
    request,
    facts: factsOf(request),
    at: NINE as Instant,
    ...differences,
  };
}
