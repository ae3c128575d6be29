import { checkPolicy } from "../../../../shared/policy-tools/lint/check.ts";

export const AKS = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";
export const SUBSCRIPTION = "3e9e0d50-1ff8-4789-acc6-7d571bd52f17";

/** A file with these rules, each on a line of its own from line 6 on, and more keys on line 5. */
export const aFile = (rules: readonly string[], more = "") => `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { aks: { groups: [${AKS}] } }
default: { ask: { approvers: [aks] } }
${more}
rules:
${rules.map((rule) => `  - { ${rule} }`).join("\n")}
`;

/** `line:column message` of all that is found. */
export const allFound = (rules: readonly string[], more = "") =>
  checkPolicy(aFile(rules, more), "policy.yaml").map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

/** The same without wrong forms: most rules here speak of ids and sources that are made up. */
export const found = (rules: readonly string[], more = "") =>
  allFound(rules, more).filter((text) => !/ (?:is|are) no (?:source|subscription|tenant)/.test(text));

export const reject = "then: { reject: { reason: No. } }";
export const ask = "then: { ask: { approvers: [aks] } }";
export const fromUs = `endpoint: { subscription: ${SUBSCRIPTION} }`;
