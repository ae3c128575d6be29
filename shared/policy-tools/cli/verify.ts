import { parseSettings } from "../../config.ts";
import { MAX_BUILT_BYTES } from "../../policy/built.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { loadBuiltPolicy } from "../../policy/index.ts";
import { type Signers, verifySignatures } from "../../policy/signatures.ts";
import { enumerate } from "../../policy/text.ts";
import { type Command, type Io, onlyFile, parse, UsageError } from "./command.ts";
import { readText } from "./files.ts";

const HELP = `Tells whether enough of those who must have signed a built policy, exactly as it is.

Usage: npm run policy -- verify BUILT [options]

  BUILT                   what \`build\` wrote and \`sign\` signed
  --keys NAME:KEY,...     who may sign, as POLICY_KEYS of the app has them (default: POLICY_KEYS)
  --needed N              how many of them must (default: POLICY_SIGNATURES, or 1)

The app also refuses what was signed before the newest that it has had in force. Exit code 1: they have not.
`;

const MAX_NAMES = 32;

/** `policy verify`. */
export const verify: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, { keys: { type: "string" }, needed: { type: "string" } });
    const file = onlyFile(positionals);
    const signers = signersIn(values, io);
    const json = await readText(file, io.cwd, MAX_BUILT_BYTES);
    const loaded = loadBuiltPolicy(json, file);
    if (loaded.kind === "problems") {
      io.err(formatProblems(loaded.problems));
      return 1;
    }
    const verified = verifySignatures(json, signers, Date.now());
    if (verified.kind === "refused") {
      io.err(`${file} ${verified.because}\n`);
      return 1;
    }
    io.out(
      `${file}: signed by ${enumerate([...verified.signed.keys()], MAX_NAMES)}; ${signers.needed} must\n`,
    );
    return 0;
  },
};

interface Options {
  readonly keys?: string | undefined;
  readonly needed?: string | undefined;
}

/** Who must sign, by the options or by the app's settings. @throws a `UsageError` when nobody is named */
export function signersIn({ keys: given, needed: count }: Options, { env }: Pick<Io, "env">): Signers {
  const settings = {
    POLICY_KEYS: given ?? env.POLICY_KEYS,
    POLICY_SIGNATURES: count ?? env.POLICY_SIGNATURES,
  };
  const { POLICY_KEYS: keys, POLICY_SIGNATURES: needed = 1 } = parseSettings(settings, {
    optional: ["POLICY_KEYS", "POLICY_SIGNATURES"],
  });
  if (keys === undefined) throw new UsageError("Who may sign? Say so by --keys, or by POLICY_KEYS.");
  return { keys, needed };
}
