export { describeVerdict } from "./engine/describe.ts";
export { evaluate } from "./engine/evaluate.ts";
export { Fact, type Facts, type Tags } from "./facts.ts";
export { loadPolicy } from "./file/load.ts";
export { formatProblems } from "./file/report.ts";
export type { Policy } from "./policy.ts";
export { ApprovalRequirement, compactVerdict, Verdict } from "./verdict.ts";
