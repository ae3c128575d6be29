import { type Io, UsageError } from "../policy-tools/cli/command.ts";

export const PLACE = { url: { type: "string" }, json: { type: "boolean" } } as const;

export const PLACE_HELP = `  --as PERSON             as one of the people of the stack on this machine, such as ana
  --data DIR              the data folder of that stack (default: .local)
  --url URL               a deployed app instead (default: APPROVALS_URL), with the token in APPROVALS_TOKEN or that of az
  --json                  the result as JSON`;

const LOOPBACK: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/** Origin of the app. A token goes there, so anything but https stays on this machine. @throws UsageError */
export function placeOf({ url }: { readonly url?: string | undefined }, { env }: Pick<Io, "env">): string {
  const written = url ?? env.APPROVALS_URL;
  if (!written)
    throw new UsageError("Say where the app is: --url https://…, or --as ana for the stack on this machine.");
  const parsed = URL.parse(written);
  const isSafe =
    parsed?.protocol === "https:" || (parsed?.protocol === "http:" && LOOPBACK.includes(parsed.hostname));
  if (parsed === null || !isSafe)
    throw new UsageError(`--url must be an https address, since your token goes there; not "${written}".`);
  return parsed.origin;
}
