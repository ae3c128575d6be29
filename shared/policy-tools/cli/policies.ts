import { loadPolicy } from "../../policy/file/load.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { loadBuiltPolicy, type Policy } from "../../policy/index.ts";
import { isBuilt } from "../../policy-in-force/policy-files.ts";
import type { PolicyFiles } from "../../policy-in-force/port.ts";
import type { Io } from "./command.ts";
import { readPolicyFiles } from "./files.ts";

/** The policy in these files, built or not, or their problems. */
export const load = ({ file, text, lists }: PolicyFiles): ReturnType<typeof loadPolicy> =>
  isBuilt(file) ? loadBuiltPolicy(text, file) : loadPolicy(text, file, lists);

/**
 * Loads a policy that the command needs; null when it has errors, which are then reported.
 * @throws a `FileError` when it cannot be read
 */
export async function loadOrReport(path: string, io: Io): Promise<Policy | null> {
  const loaded = load(await readPolicyFiles(path, io.cwd));
  if (loaded.kind === "policy") return loaded.policy;
  io.err(formatProblems(loaded.problems));
  return null;
}
