import { createHash } from "node:crypto";
import { EventType, type HistoryEvent } from "../core/history.ts";
import { inAnotherOrder } from "./chaos-order.ts";
import type { Log } from "./log.ts";
import type { EpisodeKey, Troubles } from "./troubles.ts";

/** Of all activities: they run one by one twice, at once twice, or lose their result. */
const REPEATED = 1 / 8;
const OVERLAPPING = 1 / 8;
const RESULT_LOST = 1 / 8;
/** Of all external events. */
const DELIVERED_TWICE = 1 / 6;
const DELIVERED_AGAIN_LATER = 1 / 6;
/** Of all episodes. */
const THROWN_AWAY = 1 / 8;
const REORDERED = 1 / 2;

/** What was lost is not there any more; the way an ordinary failure goes leads to the next try. */
class Lost extends Error {
  override readonly name = "Chaos";
}

/**
 * The troubles that Azure may make and that an app must bear, and no others.
 *
 * What happens to a piece of work follows from the seed and from what the work is (instance, task, episode), not from
 * when it is done: a seed makes the same troubles again for instances of the same ids. Work is lost once only, so
 * everything comes to its end.
 */
export function createChaos(seed: number, log: Log): Troubles {
  const lost = new Set<string>();
  /** By instance, how many were accepted beside one that was. */
  const startsAtOnce = new Map<string, number>();
  /** By instance and episode, the events that the next episode gets again; kept until that one is past for good. */
  const comingAgain = new Map<string, HistoryEvent[]>();

  log("warning", `--chaos ${seed}: orchestrations meet troubles from here on.`);
  const tell = (trouble: string): void => log("information", `Chaos: ${trouble}.`);

  /** A number in [0, 1) for the thing so called. */
  function dice(...thing: readonly (string | number)[]): number {
    const digest = createHash("sha256")
      .update(JSON.stringify([seed, ...thing]))
      .digest();
    return digest.readUInt32BE() / 2 ** 32;
  }

  function loseOnce(what: string, share: number): void {
    if (lost.has(what) || dice("lost", what) >= share) return;
    lost.add(what);
    throw new Lost(`${what} is lost before its commit`);
  }

  function repeated({ instanceId, episode }: EpisodeKey, waiting: readonly HistoryEvent[]): HistoryEvent[] {
    const keyOf = (number: number): string => `${instanceId} ${number}`;
    const again = comingAgain.get(keyOf(episode - 1)) ?? [];
    comingAgain.delete(keyOf(episode - 2));
    const now: HistoryEvent[] = [];
    const later: HistoryEvent[] = [];
    for (const [index, event] of waiting.entries()) {
      now.push(event);
      if (event.EventType !== EventType.EventRaised) continue;
      const side = dice("event", instanceId, episode, index);
      if (side < DELIVERED_TWICE) {
        tell(`event '${event.Name}' comes twice to ${instanceId}`);
        now.push(event);
      } else if (side < DELIVERED_TWICE + DELIVERED_AGAIN_LATER) later.push(event);
    }
    if (again.length > 0) tell(`${again.length} events come to ${instanceId} again`);
    comingAgain.set(keyOf(episode), later);
    return [...now, ...again];
  }

  return {
    async activity({ name, taskId, instanceId }, run, handOver) {
      const what = `activity '${name}', task ${taskId} of ${instanceId},`;
      const side = dice("activity", instanceId, taskId);
      if (side < REPEATED) {
        tell(`${what} runs again when it has run`);
        await run();
        await handOver(await run());
      } else if (side < REPEATED + OVERLAPPING) {
        tell(`${what} runs twice at once`);
        await Promise.all([run, run].map(async (one) => handOver(await one())));
      } else {
        const result = await run();
        loseOnce(`the result of ${what}`, RESULT_LOST / (1 - REPEATED - OVERLAPPING));
        await handOver(result);
      }
    },

    startAtOnce(instanceId, isPending) {
      const nth = (startsAtOnce.get(instanceId) ?? 0) + 1;
      startsAtOnce.set(instanceId, nth);
      const outcome = isPending && dice("start", instanceId, nth) < 1 / 2 ? "counts" : "dropped";
      tell(`a start of ${instanceId}, which is being started, is accepted and ${outcome}`);
      return outcome;
    },

    batch(key, waiting) {
      const events = repeated(key, waiting);
      const { instanceId, episode } = key;
      if (dice("order", instanceId, episode) >= REORDERED) return events;
      const others = inAnotherOrder(events, (index) => dice("place", instanceId, episode, index));
      if (others.some((event, index) => event !== events[index])) {
        tell(`messages come to ${instanceId} in another order`);
      }
      return others;
    },

    beforeCommit: ({ instanceId, episode }) => loseOnce(`episode ${episode} of ${instanceId}`, THROWN_AWAY),
  };
}
