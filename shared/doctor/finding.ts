/** Every check, in the order in which they are made. Scripts tell findings apart by these names, so none changes. */
export const CHECKS = [
  "settings",
  "clocks",
  "roles",
  "consumer-roles",
  "clusters",
  "resource-graph",
  "events",
  "queues",
  "store",
  "digests",
  "sign-in",
  "health",
  "token",
  "policy",
] as const;
export type CheckName = (typeof CHECKS)[number];

/**
 * `fault`: the app cannot do its work, or not all of it. `warning`: it does, and somebody should look. `unknown`: it could
 * not be looked at.
 */
export type State = "ok" | "warning" | "fault" | "unknown";

/** What one look came to. */
export interface Finding {
  readonly check: CheckName;
  /** What was looked at. */
  readonly looked: string;
  readonly state: State;
  /** What was found, in a sentence. */
  readonly says: string;
  /** What to do next, mostly a command; null where nothing is to be done. */
  readonly next: string | null;
}

/** Findings of one check about one thing. */
export const findings = (check: CheckName, looked: string) => {
  const finding = (state: State) => (says: string, next: string) => ({ check, looked, state, says, next });
  return {
    ok: (says: string): Finding => ({ check, looked, state: "ok", says, next: null }),
    warning: finding("warning"),
    fault: finding("fault"),
    unknown: finding("unknown"),
  };
};
