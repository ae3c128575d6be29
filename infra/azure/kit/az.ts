import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { CommandError } from "../../local/kit/errors.ts";
import { parseJson } from "../../local/kit/json-text.ts";
import { printable } from "./printable.ts";

const run = promisify(execFile);
/** az asks Entra, and may have to renew a token first. */
const TIME_LIMIT_MS = 60_000;

/** What az prints. */
const Printed = z.object({ accessToken: z.string().min(1) });

/**
 * A token of whoever is signed in to Azure's command line.
 * @param resource what it is for, as az takes it: `--resource-type ms-graph`
 * @param otherwise what to do without az
 * @throws CommandError that says what to do
 * @see https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
 */
export async function azToken(resource: readonly string[], otherwise: string): Promise<string> {
  const args = ["account", "get-access-token", ...resource, "--output", "json"];
  // On Windows az is a batch file, which only a shell runs; the words are ours.
  const options = { shell: process.platform === "win32", timeout: TIME_LIMIT_MS };
  const { stdout } = await run("az", args, options).catch((error) => refused(error, otherwise));
  const printed = Printed.safeParse(parseJson(stdout));
  if (printed.success) return printed.data.accessToken;
  throw new CommandError(`az printed no token. ${otherwise}`);
}

function refused(error: unknown, otherwise: string): never {
  const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown };
  if (code === "ENOENT")
    throw new CommandError(
      `Azure's command line, az, is not on the PATH. Install it and sign in with az login. ${otherwise}`,
      { cause: error },
    );
  const [said = ""] = typeof stderr === "string" ? stderr.trim().split("\n") : [];
  throw new CommandError(`az gives no token: sign in with az login. It says: ${printable(said)}`, {
    cause: error,
  });
}
