import type { Clock } from "../../kit/clock.ts";
import type { DurableFunctions, Versioning } from "../contract.ts";
import type { Finding } from "../core/detectors/finding.ts";
import type { HubStore } from "../store/hub-store.ts";
import type { Troubles } from "./troubles.ts";

export interface EpisodeNeeds {
  hub: HubStore;
  functions: DurableFunctions;
  clock: Clock;
  troubles: Troubles;
  versioning: Versioning | undefined;
  isStrict: boolean;
}

/** What came of an episode, for the dispatcher to go on with. */
export type EpisodeOutcome =
  /** The instance's version is not for this worker; its messages stay where they are. */
  { kind: "rejected"; instanceId: string; version: string } | EpisodeDone;

export interface EpisodeDone {
  kind: "done";
  instanceId: string;
  newActivities: number;
  /** When the earliest of the new timers fires. */
  nextTimerDue: number | undefined;
  /** Runs that got messages: children, the parent, the next execution. */
  called: number[];
  findings: Finding[];
  hasEnded: boolean;
  /** Why the instance failed, if it did. */
  failure: string | undefined;
}
