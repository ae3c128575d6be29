import type { EpisodeDone, EpisodeNeeds, EpisodeOutcome } from "./episode.ts";
import type { Log } from "./log.ts";
import { runEpisode } from "./run-episode.ts";
import { TRY_AGAIN_AFTER_MS } from "./try-again.ts";

export interface OrchestrationsNeeds extends EpisodeNeeds {
  log: Log;
  maxConcurrent: number;
  /** Called after the commit of every episode. */
  onNewWork(outcome: EpisodeDone): void;
}

/** Runs the episodes: of one instance one after the other, of several instances side by side. */
export class Orchestrations {
  readonly #needs: OrchestrationsNeeds;
  readonly #ready = new Set<number>();
  readonly #running = new Map<number, Promise<void>>();
  /** Runs that got messages while their episode was under way. */
  readonly #again = new Set<number>();
  /** What of an instance the log has said already. */
  readonly #told = new Map<string, Set<string>>();
  #isStopped = true;

  constructor(needs: OrchestrationsNeeds) {
    this.#needs = needs;
  }

  start(): void {
    this.#isStopped = false;
    for (const run of this.#needs.hub.inbox.runsWithMessages()) this.#ready.add(run);
    this.#pump();
  }

  isIdle(): boolean {
    return this.#running.size === 0 && this.#ready.size === 0;
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
    if (outcome.kind === "rejected") {
      this.#tellRejected(outcome.instanceId, outcome.version);
      return;
    }
    const { log, onNewWork } = this.#needs;
    const { instanceId, called, failure, hasEnded } = outcome;
    onNewWork(outcome);
    this.wake(called);
    this.#tellFindings(outcome);
    if (failure !== undefined) log("error", `Instance ${instanceId} failed: ${failure}`);
    if (hasEnded) this.#told.delete(instanceId);
  }

  #tellRejected(instanceId: string, version: string): void {
    if (!this.#isNew(instanceId, "version")) return;
    this.#needs.log(
      "warning",
      `Instance ${instanceId} waits: its version '${version}' does not match defaultVersion of host.json. It goes on ` +
        "when the app runs with a version that matches.",
    );
  }

  /** The whole history is walked in every episode, and a detector finds the same again. */
  #tellFindings({ instanceId, findings }: EpisodeDone): void {
    for (const { detector, message } of findings) {
      if (this.#isNew(instanceId, detector)) this.#needs.log("warning", `Instance ${instanceId}: ${message}`);
    }
  }

  #isNew(instanceId: string, subject: string): boolean {
    const told = this.#told.get(instanceId) ?? new Set();
    if (told.has(subject)) return false;
    this.#told.set(instanceId, told.add(subject));
    return true;
  }
}
