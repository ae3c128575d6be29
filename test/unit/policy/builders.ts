import { readPolicyFile } from "../../../shared/policy/file/read-policy-file.ts";
import {
  type Count,
  type Fact,
  type Facts,
  formatProblems,
  loadPolicy,
  type Names,
  type Policy,
  type Tags,
} from "../../../shared/policy/index.ts";
import type { PolicyContent } from "../../../shared/policy/policy.ts";

export const AKS = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
export const DUTY = "c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2";
export const HOUR = 3_600_000;

export const is = (value: string): Fact => ({ kind: "value", value });
export const absent = { kind: "absent" } as const satisfies Fact & Tags & Names & Count;
export const unknown = (cause = "403 Forbidden"): Fact & Tags & Names & Count => ({ kind: "unknown", cause });
export const tagged = (value: Record<string, string>): Tags => ({ kind: "value", value });

export const named = (...value: string[]): Names => ({ kind: "value", value });
export const count = (value: number): Count => ({ kind: "value", value });

/** What a test says about a request: only the facts that matter to it. */
export type Said = {
  readonly [K in keyof Facts]?: Facts[K] extends { readonly kind: string } ? Facts[K] : Partial<Facts[K]>;
};

/** A request of which everything is known, and nothing is special. */
export function someFacts(said: Said = {}): Facts {
  return {
    message: absent,
    requester: is("22222222-2222-4222-8222-222222222222"),
    source: is("event"),
    time: is("2026-11-23T10:15:00.000Z"),
    ...said,
    endpoint: {
      subscription: is("00000000-0000-4000-8000-000000000000"),
      resourceGroup: is("rg-some"),
      name: is("pe-some"),
      location: is("westeurope"),
      ...said.endpoint,
    },
    consumer: {
      tenant: is("33333333-3333-4333-8333-333333333333"),
      managementGroups: named(),
      tags: tagged({}),
      ...said.consumer,
    },
    cluster: {
      name: is("aks-some"),
      resourceGroup: is("rg-aks"),
      subscription: is("11111111-1111-4111-8111-111111111111"),
      location: is("westeurope"),
      tags: tagged({}),
      ...said.cluster,
    },
    history: { approvedBefore: count(0), approvedOnCluster: count(0), ...said.history },
  };
}

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
