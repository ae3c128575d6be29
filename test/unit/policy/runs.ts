import fc from "fast-check";

/** How often fast-check tries a law. */
export interface Runs {
  readonly numRuns: number;
}

/** So many times, or less often where fast-check is configured so, as for mutation testing. */
export const runs = (many: number): Runs => ({
  numRuns: Math.min(many, fc.readConfigureGlobal().numRuns ?? many),
});
