import { formatProblems } from "../policy/file/report.ts";
import { loadBuiltPolicy, type Policy } from "../policy/index.ts";
import { isBuilt } from "./policy-files.ts";
import type { PolicyFiles } from "./port.ts";

/** A policy that is ready to decide, or everything that is wrong with its files: a text for each problem, for people. */
export type Checked =
  | {
      readonly kind: "policy";
      readonly policy: Policy;
      /** What its author wrote. */
      readonly text: string;
    }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

/**
 * Reads the files and checks them in full. The reader of YAML is loaded at its first use: an app that runs with a built
 * policy never needs it, and starts sooner.
 */
export async function checkFiles({ file, text, lists }: PolicyFiles): Promise<Checked> {
  const loaded = isBuilt(file)
    ? loadBuiltPolicy(text, file)
    : (await import("../policy/file/load.ts")).loadPolicy(text, file, lists);
  if (loaded.kind === "policy") return { text, ...loaded };
  return {
    kind: "problems",
    problems: loaded.problems.map((problem) => formatProblems([problem]).trimEnd()),
  };
}
