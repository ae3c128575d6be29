import { compile } from "../engine/compile.ts";
import type { Policy } from "../engine/compiled.ts";
import { readPolicyFile } from "./read-policy-file.ts";
import type { Problem } from "./report.ts";

/**
 * Reads a policy file: either a policy that is sound in every part, or all of its problems at once. Never throws.
 *
 * @param text - the file's content
 * @param file - its name, as messages should show it
 * @param lists - the text of each list file, by its name as messages should show it: `lists/payments.yaml`
 */
export function loadPolicy(
  text: string,
  file: string,
  lists?: ReadonlyMap<string, string>,
):
  | { readonly kind: "policy"; readonly policy: Policy }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] } {
  const { content, hash, reports } = readPolicyFile(text, file, lists);
  return content === null
    ? { kind: "problems", problems: reports.flatMap(({ problems }) => problems) }
    : { kind: "policy", policy: compile(content, hash) };
}
