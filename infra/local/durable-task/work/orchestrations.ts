import { TRY_AGAIN_AFTER_MS } from "./clock.ts";
import type { Log } from "./log.ts";
import type { EpisodeNeeds, EpisodeOutcome } from "./run-episode.ts";
import { runEpisode } from "./run-episode.ts";

export interface OrchestrationsNeeds extends EpisodeNeeds {
  log: Log;
  maxConcurrent: number;
  /** Called after the commit of every episode. */
  onNewWork(outcome: EpisodeOutcome): void;
}

/** Runs the episodes: of one instance one after the other, of several instances side by side. */
export class Orchestrations {
  readonly #needs: OrchestrationsNeeds;
  readonly #ready = new Set<number>();
  readonly #running = new Map<number, Promise<void>>();
  /** Runs that got messages while their episode was under way. */
  readonly #again = new Set<number>();
  #isStopped = true;

  constructor(needs: OrchestrationsNeeds) {
    this.#needs = needs;
  }

  start(): void {
    this.#isStopped = false;
    for (const run of this.#needs.hub.inbox.runsWithMessages()) this.#ready.add(run);
    this.#pump();
  }

  /** Tells that messages for these runs are committed. */
  wake(runs: Iterable<number>): void {
    for (const run of runs) {
      if (this.#running.has(run)) this.#again.add(run);
      else this.#ready.add(run);
    }
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running.values());
  }

  #pump(): void {
    for (const run of this.#ready) {
      if (this.#isStopped || this.#running.size >= this.#needs.maxConcurrent) return;
      this.#ready.delete(run);
      this.#running.set(run, this.#runOne(run));
    }
  }

  async #runOne(run: number): Promise<void> {
    const { clock, log } = this.#needs;
    try {
      const outcome = await runEpisode(run, this.#needs);
      if (outcome !== undefined) this.#goOn(outcome);
    } catch (error) {
      log("error", `An episode of run ${run} was given up and will be tried again: ${String(error)}`);
      clock.wakeAt(clock.now() + TRY_AGAIN_AFTER_MS, () => this.wake([run]));
    }
    this.#running.delete(run);
    if (this.#again.delete(run)) this.#ready.add(run);
    this.#pump();
  }

  #goOn(outcome: EpisodeOutcome): void {
    const { log, onNewWork } = this.#needs;
    const { instanceId, warnings, failure } = outcome;
    onNewWork(outcome);
    for (const warning of warnings) log("warning", `Instance ${instanceId}: ${warning}`);
    if (failure !== undefined) log("error", `Instance ${instanceId} failed: ${failure}`);
  }
}
