import type { Facts } from "../policy/facts.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { AuditRecord } from "./record.ts";

/** What a verdict stands on: the facts of the last assessment, of which it came; null when there is none. */
export const factsBehind = (verdict: Verdict | null, trail: readonly AuditRecord[]): Facts | null =>
  verdict === null ? null : (trail.findLast((record) => record.kind === "assessed")?.facts ?? null);
