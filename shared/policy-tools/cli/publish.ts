import { basename } from "node:path";
import { parseSettings } from "../../config.ts";
import { MAX_BUILT_BYTES } from "../../policy/built.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { loadBuiltPolicy } from "../../policy/index.ts";
import { verifySignatures } from "../../policy/signatures.ts";
import { type PolicyBlob, SWITCHES } from "../../policy-address.ts";
import { areSwitches, MUST_BE } from "../../policy-in-force/switches.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { oneLine } from "../../text.ts";
import { type Command, type ExitCode, type Io, onlyFile, parse, UsageError } from "./command.ts";
import { credentialIn } from "./credential.ts";
import { readText } from "./files.ts";
import { signersIn } from "./verify.ts";

const HELP = `Puts a built policy, or switches.json, into the blob from which the app takes it.

Usage: npm run policy -- publish FILE [options]

  FILE                    what \`build\` wrote; or switches.json, which goes beside it: {"killSwitch":"on","writes":"off"}
  --to POLICY             where, as the app's setting POLICY names the blob (default: POLICY; on this machine that of the
                          stack in --data, where it has one)
  --author NAME           who changed it, and
  --commit ID             which commit it is: kept beside it, and shown with it

Where POLICY_KEYS is set, a policy that has not enough signatures is not published. Signed in is the app's identity where
there is one, else whoever ran \`az login\`. Exit code 1: the app would refuse it.
`;

const OPTIONS = {
  to: { type: "string" },
  author: { type: "string" },
  commit: { type: "string" },
} as const;

/** `policy publish`. */
export const publish: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, OPTIONS);
    const file = onlyFile(positionals);
    const address = blobIn(values.to, io);
    const text = await readText(file, io.cwd, MAX_BUILT_BYTES);
    const isSwitches = basename(file) === SWITCHES;
    const code = isSwitches ? checkSwitches(text, file, io) : checkBuilt(text, file, io);
    if (code !== 0) return code;

    const named = (name: string) => (isSwitches ? name.replace(/[^/]*$/, SWITCHES) : name);
    const metadata = Object.fromEntries(
      (["author", "commit"] as const).flatMap((name) =>
        values[name] === undefined ? [] : [[name, asciiIn(values[name])]],
      ),
    );
    await put(address, io, { blob: named(address.blob), text, metadata });
    io.out(`${file}: published as ${named(address.shown)}\n`);
    return 0;
  },
};

/** Azure's SDKs take longer to load than all the rest. */
async function put(
  address: PolicyBlob,
  io: Io,
  publication: { readonly blob: string; readonly text: string; readonly metadata: Record<string, string> },
): Promise<void> {
  const { publishBlob } = await import("../../azure/publish-blob.ts");
  try {
    await publishBlob(address, credentialIn(io.env), publication);
  } catch (cause) {
    const because = cause instanceof Error ? oneLine(cause.message, MAX_REASON) : String(cause);
    throw new FileError(`${address.shown} cannot be written: ${because}`, { cause });
  }
}

const MAX_REASON = 300;
const MAX_METADATA = 120;

/** Headers carry it. */
const asciiIn = (text: string): string =>
  oneLine(text.replace(/[^ -~]/g, "?"), MAX_METADATA).replace("…", "");

function blobIn(to: string | undefined, { env }: Io): PolicyBlob {
  const { POLICY: address } = parseSettings({ POLICY: to ?? env.POLICY }, { optional: ["POLICY"] });
  if (address?.kind === "blob") return address;
  throw new UsageError("Where is the blob? Name it with --to, or set POLICY as the app has it.");
}

function checkSwitches(text: string, file: string, io: Io): ExitCode {
  if (areSwitches(text)) return 0;
  io.err(`${file} ${MUST_BE}\n`);
  return 1;
}

function checkBuilt(json: string, file: string, io: Io): ExitCode {
  const loaded = loadBuiltPolicy(json, file);
  if (loaded.kind === "problems") {
    io.err(formatProblems(loaded.problems));
    return 1;
  }
  if (!io.env.POLICY_KEYS) return 0;
  const verified = verifySignatures(json, signersIn({}, io), Date.now());
  if (verified.kind === "signed") return 0;
  io.err(`${file} ${verified.because}\n`);
  return 1;
}
