import {
  type Fact,
  type Facts,
  formatProblems,
  loadPolicy,
  type Policy,
  type Tags,
} from "../../../shared/policy/index.ts";

export const AKS = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
export const DUTY = "c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2";
export const HOUR = 3_600_000;

export const is = (value: string): Fact => ({ kind: "value", value });
export const absent = { kind: "absent" } as const satisfies Fact & Tags;
export const unknown = (cause = "403 Forbidden"): Fact & Tags => ({ kind: "unknown", cause });
export const tagged = (value: Record<string, string>): Tags => ({ kind: "value", value });

/** What a test says about a request: only the facts that matter to it. */
export interface Said {
  readonly endpoint?: Partial<Facts["endpoint"]>;
  readonly cluster?: Partial<Facts["cluster"]>;
  readonly message?: Fact;
}

/** A request of which everything is known, and nothing is special. */
export function someFacts({ endpoint, cluster, message = absent }: Said = {}): Facts {
  return {
    endpoint: {
      subscription: is("00000000-0000-4000-8000-000000000000"),
      resourceGroup: is("rg-some"),
      name: is("pe-some"),
      ...endpoint,
    },
    cluster: {
      name: is("aks-some"),
      resourceGroup: is("rg-aks"),
      subscription: is("11111111-1111-4111-8111-111111111111"),
      location: is("westeurope"),
      tags: tagged({}),
      ...cluster,
    },
    message,
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
export function load(text: string): Policy {
  const loaded = loadPolicy(text, "policy.yaml");
  if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems, text));
  return loaded.policy;
}
