import { type Instant, instant } from "../connection/connection.ts";
import { loadBuiltPolicy, type Policy } from "../policy/index.ts";
import { type Signers, verifySignatures } from "../policy/signatures.ts";
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
      /** When those signed it whose signatures count; empty where it needs none. */
      readonly signed: ReadonlyMap<string, Instant>;
    }
  | ({ readonly kind: "problems" } & ShownProblems);

/**
 * Reads the files and checks them in full. The reader of YAML is loaded at its first use: an app that runs with a built
 * policy never needs it, and starts sooner.
 * @param signers who must have signed the policy; null: nobody
 * @param nowMs Unix time
 * @param newest when each signer signed the newest policy that was in force
 */
export async function checkFiles(
  files: PolicyFiles,
  signers: Signers | null,
  nowMs: number,
  newest: ReadonlyMap<string, Instant> = new Map(),
): Promise<Checked> {
  const { file, text, lists } = files;
  const loaded = isBuilt(file)
    ? loadBuiltPolicy(text, file)
    : (await import("../policy/file/load.ts")).loadPolicy(text, file, lists);
  if (loaded.kind === "problems") return { kind: "problems", ...shownProblems(loaded.problems, files) };
  if (signers === null) return { text, signed: new Map(), ...loaded };
  if (!isBuilt(file)) return refusal(file, "has no signatures, and needs some: build it, and have it signed");
  const verified = verifySignatures(text, signers, nowMs, newest);
  return verified.kind === "signed"
    ? { text, signed: momentsIn(verified.signed), ...loaded }
    : refusal(file, verified.because);
}

const momentsIn = (signed: ReadonlyMap<string, string>): ReadonlyMap<string, Instant> =>
  new Map([...signed].map(([name, at]) => [name, instant(Date.parse(at))]));

/** What is wrong with a policy as a whole. */
const refusal = (file: string, because: string): Extract<Checked, { kind: "problems" }> => ({
  kind: "problems",
  problems: [`${file}: error: ${because}`],
  count: 1,
});
