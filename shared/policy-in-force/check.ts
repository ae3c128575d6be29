import { loadBuiltPolicy, type Policy } from "../policy/index.ts";
import { isBuilt } from "./policy-files.ts";
import type { PolicyFiles } from "./port.ts";
import { type ShownProblems, shownProblems } from "./shown-problems.ts";

/** A policy that is ready to decide, or what is wrong with its files. */
export type Checked =
  | {
      readonly kind: "policy";
      readonly policy: Policy;
      /** What its author wrote. */
      readonly text: string;
    }
  | ({ readonly kind: "problems" } & ShownProblems);

/**
 * Reads the files and checks them in full. The reader of YAML is loaded at its first use: an app that runs with a built
 * policy never needs it, and starts sooner.
 */
export async function checkFiles(files: PolicyFiles): Promise<Checked> {
  const { file, text, lists } = files;
  const loaded = isBuilt(file)
    ? loadBuiltPolicy(text, file)
    : (await import("../policy/file/load.ts")).loadPolicy(text, file, lists);
  if (loaded.kind === "policy") return { text, ...loaded };
  return { kind: "problems", ...shownProblems(loaded.problems, files) };
}
