import { EventType, type HistoryEvent } from "../core/history.ts";

/** What begins, stops or resumes an instance stays where it is, and nothing passes it. */
const FIXED: ReadonlySet<number> = new Set([
  EventType.ExecutionStarted,
  EventType.ExecutionTerminated,
  EventType.ExecutionSuspended,
  EventType.ExecutionResumed,
]);

/**
 * Another order in which Azure may hand over the same messages. The Azure Storage provider sorts what it takes from a
 * control queue together by the second of its insertion, then by a number that each sending process counts for itself.
 * So messages of one second, which different hosts may have sent, come in any order; those of different seconds do not.
 * @see MessageOrderingComparer in DurableTask.AzureStorage/Messaging/ControlQueue.cs
 * @param place a random number for the message at an index
 */
export function inAnotherOrder(
  messages: readonly HistoryEvent[],
  place: (index: number) => number,
): HistoryEvent[] {
  let stretch = 0;
  const placed = messages.map((message, index) => {
    const isFixed = FIXED.has(message.EventType);
    const keys = [
      isFixed ? ++stretch : stretch,
      Math.floor(Date.parse(message.Timestamp) / 1000),
      place(index),
    ];
    if (isFixed) stretch++;
    return { message, keys };
  });
  return placed.sort((one, other) => compare(one.keys, other.keys)).map(({ message }) => message);
}

function compare(some: readonly number[], others: readonly number[]): number {
  const differing = some.findIndex((key, index) => key !== others[index]);
  return differing < 0 ? 0 : (some[differing] ?? 0) - (others[differing] ?? 0);
}
