import { loadPolicy } from "../../policy/file/load.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { loadBuiltPolicy, type Policy } from "../../policy/index.ts";
import type { Io } from "./command.ts";
import { isBuilt, type PolicyFiles, readPolicyFiles } from "./files.ts";

/** The policy in these files, built or not, or their problems. */
export const load = ({ file, text, lists }: PolicyFiles): ReturnType<typeof loadPolicy> =>
  isBuilt(file) ? loadBuiltPolicy(text, file) : loadPolicy(text, file, lists);

/**
 * Loads a policy that the command needs; null when it has errors, which are then told.
 * @throws a `FileError` when it cannot be read
 */
export function loadOrTell(path: string, io: Io): Policy | null {
  const loaded = load(readPolicyFiles(path, io.cwd));
  if (loaded.kind === "policy") return loaded.policy;
  io.err(formatProblems(loaded.problems));
  return null;
}
