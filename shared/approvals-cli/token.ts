import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import type { Io } from "../policy-tools/cli/command.ts";
import { jsonIn } from "../request/json.ts";
import { shown } from "../view/index.ts";
import { NoAnswer } from "./problems.ts";

const run = promisify(execFile);

/** What az prints. */
const AzToken = z.object({ accessToken: z.string().min(1) });
const Claims = z.object({ tid: z.guid().optional(), scp: z.string().default("") });

/** What a token says, unchecked: only for what may be wrong. Null for what is no JWT. */
export function claimsOf(token: string): z.infer<typeof Claims> | null {
  const [, payload = ""] = token.split(".");
  try {
    return Claims.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString())).data ?? null;
  } catch {
    return null;
  }
}

/** Our API's delegated permissions begin so, unless somebody set others. */
const OURS = /(?:^| )Approvals\./;

/**
 * A token of whoever is signed in to Azure's command line, for our API.
 *
 * The app itself says what its API is called, and a stranger's app could name ARM's: such a token must not go there. So it
 * only goes if it carries a permission of ours.
 * @param resource client id of the API
 * @see https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
 */
export async function azToken(resource: string, { env }: Pick<Io, "env">): Promise<string> {
  const args = ["account", "get-access-token", "--resource", resource, "--output", "json"];
  // On Windows az is a batch file, which only a shell runs; the resource is a GUID.
  const options = { env: { ...env }, shell: process.platform === "win32", timeout: 60_000 };
  const { stdout } = await run("az", args, options).catch(refused);
  const token = AzToken.safeParse(jsonIn(stdout)).data?.accessToken;
  if (token === undefined) throw new NoAnswer(`az printed no token. ${OTHERWISE}`);
  if (OURS.test(claimsOf(token)?.scp ?? "")) return token;
  throw new NoAnswer(
    `The token of az carries no permission of this app, so it is not sent there. Have Azure's command line allowed to call its API, by npm run app-registration -- --allow-az --apply. ${OTHERWISE}`,
  );
}

const OTHERWISE = "Or put a token into APPROVALS_TOKEN.";

function refused(error: unknown): never {
  const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: unknown };
  if (code === "ENOENT")
    throw new NoAnswer(
      "Azure's command line, az, is not on the PATH, and APPROVALS_TOKEN is not set. Install az and sign in with az login, or put a token into APPROVALS_TOKEN.",
      { cause: error },
    );
  const lines = typeof stderr === "string" ? stderr.trim().split("\n") : [];
  const said = lines.length === 0 ? "" : ` It says: ${shown(lines[0] ?? "")}`;
  throw new NoAnswer(`az gives no token: sign in with az login.${said}`, { cause: error });
}
