import type { Recipients } from "../request/recipients.ts";
import type { Channel, Subscriber } from "./channel.ts";

/** People hear by every channel; other systems of what they subscribed to. */
export const recipientsOf = ({
  channels,
  subscribers,
}: {
  readonly channels: readonly Pick<Channel, "name">[];
  readonly subscribers: readonly Pick<Subscriber, "name" | "wants">[];
}): Recipients => {
  const toPeople = channels.map(({ name }) => name);
  return (record, audience) => [
    ...(audience === null ? [] : toPeople),
    ...subscribers.filter(({ wants }) => wants(record)).map(({ name }) => name),
  ];
};
