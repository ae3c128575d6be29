import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { type BuiltPolicy, builtIn, MAX_BUILT_BYTES, SIGNER_NAME } from "../../policy/built.ts";
import { buildPolicy } from "../../policy/file/build-policy.ts";
import { withSignature } from "../../policy/signatures.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { type Command, onlyFile, parse, UsageError } from "./command.ts";
import { readPolicyFiles, readText, writeText } from "./files.ts";

const HELP = `Signs a built policy: whoever signs it stands for it, exactly as it is.

Usage: npm run --silent policy -- sign BUILT --key KEY.pem --name NAME [--policy FILE]

  BUILT                   what \`build\` wrote; the signature is added to it, in the place of an earlier one of that name
  --policy FILE           the policy that you have read: nothing is signed that is not built of it (default: policy.yaml)
  --key KEY.pem           a private key: openssl genpkey -algorithm ed25519 -out KEY.pem
  --name NAME             whose it is, as POLICY_KEYS of the app names them

What the app needs of that key goes to the standard error: NAME:KEY, for POLICY_KEYS. Exit code 1: it is no built policy, or not of that file.
`;

const MAX_KEY_BYTES = 16 * 1_024;

const OPTIONS = {
  key: { type: "string" },
  name: { type: "string" },
  policy: { type: "string", default: "policy.yaml" },
} as const;

/** `policy sign`. */
export const sign: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, OPTIONS);
    const file = onlyFile(positionals);
    const { key: keyFile, name } = values;
    if (keyFile === undefined) throw new UsageError("--key is missing: the file of a private key.");
    if (name === undefined || !SIGNER_NAME.test(name))
      throw new UsageError("--name must be 1 to 31 of a-z, 0-9 and -, as POLICY_KEYS has it.");
    const key = privateKeyIn(await readText(keyFile, io.cwd, MAX_KEY_BYTES), keyFile);
    const built = builtIn(await readText(file, io.cwd, MAX_BUILT_BYTES));
    if (typeof built === "string") {
      io.err(`${file} ${built}\n`);
      return 1;
    }
    if (!(await isBuiltOf(built, values.policy, io.cwd))) {
      io.err(
        `${file} does not say what ${values.policy} says, so nothing was signed. Build it again, or name the policy that you have read with --policy.\n`,
      );
      return 1;
    }
    const signed = withSignature(built, { name, key, at: new Date().toISOString() });
    if (signed === null)
      throw new FileError(`${file} has as many signatures as it can hold; build it again.`);
    writeText(file, signed, io.cwd);
    const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
    io.out(`${file}: signed as ${name}\n`);
    io.err(`${name}:${publicKey}\n`);
    return 0;
  },
};

/** What a person has read is the policy file; what is signed may have come from somebody else. The file's name may differ. */
async function isBuiltOf(built: BuiltPolicy, policy: string, cwd: string): Promise<boolean> {
  const { file, text, lists } = await readPolicyFiles(policy, cwd);
  const fresh = buildPolicy(text, file, lists);
  if (fresh.kind === "problems") return false;
  const own = builtIn(fresh.json);
  return (
    typeof own !== "string" &&
    own.text === built.text &&
    own.hash === built.hash &&
    own.content === built.content
  );
}

function privateKeyIn(pem: string, file: string): KeyObject {
  const how = "make one with: openssl genpkey -algorithm ed25519 -out KEY.pem";
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw new FileError(`${file} is no private key that can be read without a password; ${how}`, { cause });
  }
  throw new FileError(`${file} is no Ed25519 key; ${how}`);
}
