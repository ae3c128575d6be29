import * as z from "zod";
import { type parseCommandLine, required } from "../../local/kit/command.ts";
import { UsageError } from "../../local/kit/errors.ts";
import { APP_ROLES, type RoleName } from "./permissions.ts";
import type { Wanted } from "./state.ts";

export const HELP = `Registers the API and the inbox in Entra: makes what is missing, mends what differs, and removes nothing.
Without --apply it only says what it would do.

Usage: npm run app-registration -- [options]

  --name NAME             of the environment (default AZURE_ENV_NAME)
  --public-url URL        where people reach the app (default PUBLIC_URL); without it the inbox gets no redirect URI
  --allow-az              Azure's command line may ask for tokens of the API, for npm run approvals
  --assign ROLE=ID        gives ${APP_ROLES.map(({ value }) => value).join(", ")} to a group, person or app by object id; may be repeated
  --consent               consents to the inbox for everybody, so that nobody is asked
  --directory-reader ID   lets the app's identity, by object id, ask who people are: for answers in Teams
  --apply                 does it
  --azd                   with --apply: sets the app's settings in the environment of azd
  --json                  for programs
  --help                  this text

It acts as whoever is signed in by az login, or by the token in GRAPH_TOKEN.`;

const GRAPH = "https://graph.microsoft.com";
const Guid = z.guid().toLowerCase();

export const OPTIONS = {
  name: { type: "string" },
  "public-url": { type: "string" },
  "allow-az": { type: "boolean", default: false },
  assign: { type: "string", multiple: true, default: [] as string[] },
  consent: { type: "boolean", default: false },
  "directory-reader": { type: "string" },
  apply: { type: "boolean", default: false },
  azd: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parseCommandLine<typeof OPTIONS>>["values"];

/** An object id as somebody typed it. */
function guid(text: string, option: string): string {
  const id = Guid.safeParse(text);
  if (id.success) return id.data;
  throw new UsageError(`${option} needs an object id, which is a GUID.`);
}

function assigned(text: string): { role: RoleName; principalId: string } {
  const [name = "", id = ""] = text.split("=");
  const role = APP_ROLES.find(({ value }) => value === name)?.value;
  if (role === undefined)
    throw new UsageError(
      `--assign takes ROLE=ID; roles are ${APP_ROLES.map(({ value }) => value).join(", ")}.`,
    );
  return { role, principalId: guid(id, `--assign ${name}=`) };
}

/** As the page sends it: https, and http only on this machine; nothing but a host and a path. */
function publicUrl(text: string): string {
  const url = URL.parse(text);
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1";
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal);
  if (url === null || !isSafe || url.href !== url.origin + url.pathname)
    throw new UsageError("--public-url needs an https URL.");
  return url.href.replace(/\/+$/, "");
}

/** What somebody asked for, on the command line and around it. @throws UsageError */
export function wantedBy(values: Values): Wanted {
  const { AZURE_ENV_NAME, PUBLIC_URL } = process.env;
  const name = required(values.name ?? AZURE_ENV_NAME, "name");
  if (!/^[\w.-]{1,64}$/.test(name)) throw new UsageError("--name takes letters, digits, -, _ and dots.");
  const url = values["public-url"] ?? PUBLIC_URL;
  const reader = values["directory-reader"];
  return {
    name,
    publicUrl: url ? publicUrl(url) : undefined,
    allowsAz: values["allow-az"],
    assigned: values.assign.map(assigned),
    consents: values.consent,
    directoryReader: reader === undefined ? undefined : guid(reader, "--directory-reader"),
  };
}

/** Where a token may go: by https, or to this machine. */
export function graphEndpoint(): string {
  const endpoint = (process.env.GRAPH_ENDPOINT || GRAPH).replace(/\/+$/, "");
  const url = URL.parse(endpoint);
  if (url?.protocol === "https:" || url?.hostname === "127.0.0.1") return endpoint;
  throw new UsageError("GRAPH_ENDPOINT must be an https URL.");
}
