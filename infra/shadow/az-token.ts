import { AzureCliCredential } from "@azure/identity";
import { CommandError } from "../local/kit/errors.ts";

/** Reads take at most a minute. */
const SOON_MS = 2 * 60_000;

/**
 * The token of whoever ran `az login`, in the tenant of a subscription; a new one when the last is about to end.
 * @param audience what it is for, without `/.default`
 */
export function azToken(subscription: string, audience: string): () => Promise<string> {
  const credential = new AzureCliCredential({ subscription });
  let last: { readonly token: string; readonly expiresOnTimestamp: number } | null = null;
  return async () => {
    if (last === null || last.expiresOnTimestamp - Date.now() < SOON_MS)
      last = await credential.getToken(`${audience}/.default`).catch(refused);
    return last.token;
  };
}

function refused(error: unknown): never {
  const said = error instanceof Error ? error.message : String(error);
  throw new CommandError(`az gives no token: sign in with az login. It says: ${said}`, { cause: error });
}
