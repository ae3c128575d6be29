import { builtText, digestOf, LANGUAGE, MAX_BUILT_BYTES } from "../built.ts";
import { readPolicyFile } from "./read-policy-file.ts";
import type { Problem } from "./report.ts";

/**
 * Reads a policy file and its list files, and writes what they say as JSON for `loadBuiltPolicy`: the app can then load it
 * without reading YAML. Never throws.
 *
 * @param text - the file's content
 * @param file - its name, as messages should show it
 * @param lists - the text of each list file, by its name as messages should show it: `lists/payments.yaml`
 */
export function buildPolicy(
  text: string,
  file: string,
  lists?: ReadonlyMap<string, string>,
):
  | { readonly kind: "built"; readonly json: string }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] } {
  const { content, hash, report, reports } = readPolicyFile(text, file, lists);
  if (content !== null) {
    const said = {
      apiVersion: "policy/v1",
      kind: "BuiltPolicy",
      language: LANGUAGE,
      source: file,
      hash,
      text,
      content: JSON.stringify(content),
    } as const;
    const json = builtText({ ...said, digest: digestOf(said) });
    if (Buffer.byteLength(json) <= MAX_BUILT_BYTES) return { kind: "built", json };
    report.add(
      { from: 0, to: 1 },
      `the built policy would be larger than ${MAX_BUILT_BYTES / 1_024 / 1_024} MiB`,
    );
  }
  return { kind: "problems", problems: reports.flatMap(({ problems }) => problems) };
}
