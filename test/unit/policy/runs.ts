import fc from "fast-check";

/** How often a law is tried: so many times, or less often where fast-check was told so, as for mutation testing. */
export const runs = (many: number): { readonly numRuns: number } => ({
  numRuns: Math.min(many, fc.readConfigureGlobal().numRuns ?? many),
});
