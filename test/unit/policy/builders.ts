import type { PolicyContent } from "../../../shared/policy/content.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { readPolicyFile } from "../../../shared/policy/file/read-policy-file.ts";
import { formatProblems } from "../../../shared/policy/file/report.ts";
import type { Policy } from "../../../shared/policy/index.ts";

export { absent, count, is, named, someFacts, tagged, unknown } from "./facts.ts";

export const AKS = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
export const DUTY = "c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2";
export const HOUR = 3_600_000;

/** A file with the given rules (each indented by two spaces), two approvers, and a default that asks the first. */
export const aFile = (rules: string, { byDefault = "ask: { approvers: [aks] }", more = "" } = {}): string =>
  `apiVersion: policy/v1
kind: ConnectionPolicy
approvers:
  aks: { groups: [${AKS}] }
  duty: { groups: [${DUTY}] }
default: { ${byDefault} }
${more}
rules:${rules === "" ? " []" : `\n${rules}`}
`;

/** Loads a file that must be sound; the failure shows its problems. */
export function load(text: string, lists?: Readonly<Record<string, string>>): Policy {
  const loaded = loadPolicy(text, "policy.yaml", lists && new Map(Object.entries(lists)));
  if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));
  return loaded.policy;
}

/** What a file says that must be sound. */
export function contentOf(text: string): PolicyContent {
  const { content, report } = readPolicyFile(text, "policy.yaml");
  if (content === null) throw new Error(formatProblems(report.problems));
  return content;
}

/** `line:column: message` of every problem, in the order in which they are reported; other files' with their names. */
export function problemsOf(text: string, lists?: Readonly<Record<string, string>>): string[] {
  const loaded = loadPolicy(text, "policy.yaml", lists && new Map(Object.entries(lists)));
  return loaded.kind === "policy"
    ? []
    : loaded.problems.map(
        ({ file, line, column, message }) =>
          `${file === "policy.yaml" ? "" : `${file}:`}${line}:${column}: ${message}`,
      );
}
