// What decides. It knows no YAML: code that reads a policy as its author wrote it imports from `file/`.
export { loadBuiltPolicy } from "./built.ts";
export { factsUsed, type Policy, withApprovalsOff, withModeAtMost } from "./engine/compiled.ts";
export { describeDemands, isForPeople, isRequesterUnknown, quorumNow } from "./engine/demands.ts";
export { describeVerdict } from "./engine/describe.ts";
export { evaluate } from "./engine/evaluate.ts";
export { explain } from "./engine/explain.ts";
export { freezesAt } from "./engine/freezes.ts";
export { afterQuietHours } from "./engine/quiet-hours.ts";
export { renderVerdict } from "./engine/render.ts";
export { toldTogether, withoutTelling } from "./engine/telling.ts";
export type { Fact, FactName, Facts } from "./facts.ts";
export { ApprovalRequirement, compactVerdict, FALLBACK_CHANNEL, Mode, Verdict } from "./verdict.ts";
