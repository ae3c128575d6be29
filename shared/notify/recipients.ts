import { type ApprovalRequirement, FALLBACK_CHANNEL, isForPeople } from "../policy/index.ts";
import type { Recipients } from "../request/recipients.ts";
import type { AuditRecord } from "../request/record.ts";
import type { Channel, Subscriber } from "./channel.ts";

/**
 * People hear by every channel, and by those that the policy names for them; other systems of what they subscribed to.
 * @param named the channels that hear only of what they are named for
 */
export const recipientsOf = ({
  channels,
  named = [],
  subscribers,
}: {
  readonly channels: readonly Pick<Channel, "name">[];
  readonly named?: readonly Pick<Channel, "name" | "isUpToDate">[];
  readonly subscribers: readonly Pick<Subscriber, "name" | "wants">[];
}): Recipients => {
  const toAll = channels.map(({ name }) => name);
  const known = new Set(named.map(({ name }) => name));
  const upToDate = new Set(named.filter(({ isUpToDate }) => isUpToDate).map(({ name }) => name));
  const heardBy = (record: AuditRecord, audience: ApprovalRequirement) =>
    changesReviews(record)
      ? namedFor(audience, known).filter((name) => upToDate.has(name))
      : [...toAll, ...namedFor(audience, known)];
  return (record, audience) => [
    ...(audience === null ? [] : heardBy(record, audience)),
    ...subscribers.filter(({ wants }) => wants(record)).map(({ name }) => name),
  ];
};

/** Whoever has a message that is brought up to date sees it; nobody else is disturbed. */
const changesReviews = ({ kind }: AuditRecord): boolean =>
  kind === "reviewed" || kind === "withdrawn" || kind === "requesterFound";

/**
 * Who has no channel, or one that has no address, hears by the fallback; where that has none either, by none. What only an
 * integration answers disturbs nobody.
 */
function namedFor({ requirements }: ApprovalRequirement, known: ReadonlySet<string>): readonly string[] {
  const wanted = requirements.filter(isForPeople).flatMap(({ notify = [FALLBACK_CHANNEL] }) => notify);
  const reached = wanted.map((name) => (known.has(name) ? name : FALLBACK_CHANNEL));
  return [...new Set(reached)].filter((name) => known.has(name));
}
