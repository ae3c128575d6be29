import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildPolicy } from "../../../shared/policy/file/build-policy.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../shared/policy/file/report.ts";
import { evaluate, explain } from "../../../shared/policy/index.ts";
import { microsecondsOf } from "./stopwatch.ts";
import { factsOf, plainRequests, plainRules, policyFile } from "./workload.ts";

const REQUESTS = 64;
const COLD_RUNS = 9;
const LOADER = resolve(import.meta.dirname, "../../../shared/policy/built.ts");

/** What judging one request costs, in µs. */
export interface PolicyFigures {
  readonly evaluateUs: number;
  readonly explainUs: number;
}

/** Measures evaluation against a policy of so many rules. */
export function measurePolicy(ruleCount: number): PolicyFigures {
  const rules = plainRules(ruleCount);
  const loaded = loadPolicy(policyFile(rules), "bench.yaml");
  if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));
  const requests = plainRequests(rules, REQUESTS).map(factsOf);
  return {
    evaluateUs: microsecondsOf(requests, (facts) => evaluate(loaded.policy, facts)),
    explainUs: microsecondsOf(requests, (facts) => explain(loaded.policy, facts)),
  };
}

/** Median time in ms in which a fresh process reads, checks and compiles a built policy, its own code loaded before. */
export function measureColdLoad(ruleCount: number): number {
  const built = buildPolicy(policyFile(plainRules(ruleCount)), "bench.yaml");
  if (built.kind === "problems") throw new Error(formatProblems(built.problems));
  const folder = mkdtempSync(join(tmpdir(), "bench-policy-"));
  try {
    const file = join(folder, "policy.json");
    writeFileSync(file, built.json);
    const runs = Array.from({ length: COLD_RUNS }, () => coldLoadMs(file)).toSorted((a, b) => a - b);
    return runs[Math.floor(COLD_RUNS / 2)] ?? Number.NaN;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function coldLoadMs(file: string): number {
  const script = `
    import { readFileSync } from "node:fs";
    const { loadBuiltPolicy } = await import(${JSON.stringify(LOADER)});
    const start = performance.now();
    const loaded = loadBuiltPolicy(readFileSync(${JSON.stringify(file)}, "utf8"), "policy.json");
    if (loaded.kind !== "policy") throw new Error("not loaded");
    console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", script]).toString());
}
