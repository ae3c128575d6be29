import { type ApprovalRequirement, FALLBACK_CHANNEL, isForPeople } from "../policy/index.ts";
import type { Recipients } from "../request/recipients.ts";
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
  readonly named?: readonly Pick<Channel, "name">[];
  readonly subscribers: readonly Pick<Subscriber, "name" | "wants">[];
}): Recipients => {
  const toAll = channels.map(({ name }) => name);
  const known = new Set(named.map(({ name }) => name));
  return (record, audience) => [
    ...(audience === null ? [] : [...toAll, ...namedFor(audience, known)]),
    ...subscribers.filter(({ wants }) => wants(record)).map(({ name }) => name),
  ];
};

/**
 * Who has no channel, or one that has no address, hears by the fallback; where that has none either, by none. What only an
 * integration answers disturbs nobody.
 */
function namedFor({ requirements }: ApprovalRequirement, known: ReadonlySet<string>): readonly string[] {
  const wanted = requirements.filter(isForPeople).flatMap(({ notify = [FALLBACK_CHANNEL] }) => notify);
  const reached = wanted.map((name) => (known.has(name) ? name : FALLBACK_CHANNEL));
  return [...new Set(reached)].filter((name) => known.has(name));
}
