import type { Instant } from "../connection/connection.ts";

/** What the app does by itself, and must do again and again. */
export const JOBS = ["sweep", "digests"] as const;
export type Job = (typeof JOBS)[number];

/** How a job last ended, in whichever instance of the app. */
export interface Run {
  readonly endedAt: Instant;
  /** When it last ended well; null where it never did. */
  readonly wellAt: Instant | null;
}

/** The store's memory of the jobs. It decides nothing. */
export interface Runs {
  /** A job has ended, well or not. */
  ended(job: Job, at: Instant, isWell: boolean): Promise<void>;

  /** Null for a job that never ended. */
  last(): Promise<Readonly<Record<Job, Run | null>>>;
}
