import type { InvocationResult } from "../contract.ts";
import type { HistoryEvent } from "../core/history.ts";
import type { ActivityTask } from "../store/schema.ts";

/** Where something may go wrong that is nobody's fault: a worker dies, a queue delivers twice or out of order. */
export interface Troubles {
  /** Runs an activity and hands over what came of it. Rejects when that was lost: the activity is still to be done. */
  activity(
    task: ActivityTask,
    run: () => Promise<InvocationResult>,
    handOver: (result: InvocationResult) => Promise<void>,
  ): Promise<void>;

  /** What becomes of a start whose id another start has just got. @param isPending nothing of that one has run yet */
  startAtOnce(instanceId: string, isPending: boolean): StartAtOnce;

  /** The messages that an episode takes in, in the order in which it gets them. */
  batch(episode: EpisodeKey, waiting: HistoryEvent[]): HistoryEvent[];

  /** Called when the orchestrator has run and nothing is committed. @throws when the episode is lost */
  beforeCommit(episode: EpisodeKey): void;
}

/** `refused`: 409. Both others are accepted; one counts, with its input, and the other is dropped without a word. */
export type StartAtOnce = "refused" | "dropped" | "counts";

export interface EpisodeKey {
  instanceId: string;
  /** How many episodes the instance has had before. */
  episode: number;
}

/** Nothing goes wrong. */
export const NO_TROUBLES: Troubles = {
  activity: async (_task, run, handOver) => handOver(await run()),
  startAtOnce: () => "refused",
  batch: (_episode, waiting) => waiting,
  beforeCommit: () => undefined,
};
