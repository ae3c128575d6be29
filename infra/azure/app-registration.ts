import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { noPositionals, required, runCommand } from "../local/kit/command.ts";
import { CommandError, UsageError } from "../local/kit/errors.ts";
import { azToken } from "./kit/az.ts";
import { printable } from "./kit/printable.ts";
import { table } from "./kit/table.ts";
import { applyAll } from "./registration/apply.ts";
import { graphClient } from "./registration/graph-client.ts";
import { leftAlone } from "./registration/left.ts";
import { APP_ROLES, type RoleName } from "./registration/permissions.ts";
import { type Change, changesOf, inWords } from "./registration/plan.ts";
import { readState, type State, type Wanted } from "./registration/state.ts";
import { type Who, whoIs } from "./registration/who.ts";

const HELP = `Registers the API and the inbox in Entra: makes what is missing, mends what differs, and removes nothing.
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

type Values = Parameters<Parameters<typeof runCommand<typeof OPTIONS>>[0]["run"]>[0];
const OPTIONS = {
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

/** As the page sends it: https, and http only on this machine. */
function publicUrl(text: string): string {
  const url = URL.parse(text);
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1";
  if (
    url === null ||
    !(url.protocol === "https:" || (url.protocol === "http:" && isLocal)) ||
    url.search !== ""
  )
    throw new UsageError("--public-url needs an https URL.");
  return url.href.replace(/\/+$/, "");
}

function wantedBy(values: Values): Wanted {
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
function graphEndpoint(): string {
  const endpoint = (process.env.GRAPH_ENDPOINT || GRAPH).replace(/\/+$/, "");
  const url = URL.parse(endpoint);
  if (url?.protocol === "https:" || url?.hostname === "127.0.0.1") return endpoint;
  throw new UsageError("GRAPH_ENDPOINT must be an https URL.");
}

/** Nobody registers in another tenant than the one that azd deploys to. */
function checkTenant({ tenant }: Who): void {
  const { AZURE_TENANT_ID: meant } = process.env;
  if (meant && meant.toLowerCase() !== tenant)
    throw new CommandError(
      `The sign-in is for tenant ${tenant}, and AZURE_TENANT_ID is ${meant}. Sign in with: az login --tenant ${meant}`,
    );
}

/** The app's settings that come of it, as they are known so far. */
const settingsOf = ({ applications: { api, inbox } }: State): Readonly<Record<string, string>> => ({
  ...(api !== null && { SIGN_IN_AUDIENCE: api.appId }),
  ...(inbox !== null && { INBOX_CLIENT_ID: inbox.appId }),
});

const run = promisify(execFile);

async function setInAzd(settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await run("azd", ["env", "set", name, value]).catch((cause: unknown) => {
      throw new CommandError(`azd did not take ${name}. Set it yourself: azd env set ${name} ${value}`, {
        cause,
      });
    });
}

interface Outcome {
  readonly who: Who;
  readonly changes: readonly Change[];
  readonly left: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly isApplied: boolean;
}

function told({ who, changes, left, settings, isApplied }: Outcome): string {
  const rows = changes.map(({ object, what, now, willBe }) => [object, what, now, willBe]);
  const heads = ["object", "what", ...(isApplied ? ["was", "is now"] : ["now", "will be"])];
  const plan = rows.length === 0 ? "Everything is there." : table(heads, rows);
  const [some, verb] = [
    `${rows.length} ${rows.length === 1 ? "change" : "changes"}`,
    isApplied ? "made" : "to make",
  ];
  const ending =
    rows.length === 0 ? [] : [`${some} ${verb}.${isApplied ? "" : " Nothing was changed: add --apply."}`];
  const names = Object.entries(settings).map(([name, value]) => `azd env set ${name} ${value}`);
  return [
    `Tenant ${who.tenant}, as ${printable(who.name)}`,
    plan,
    ...ending,
    ...(left.length === 0 ? [] : ["", "Left as it is:", ...left.map((line) => `  ${printable(line)}`)]),
    ...(names.length === 0 ? [] : ["", ...names]),
  ].join("\n");
}

await runCommand({
  help: HELP,
  options: OPTIONS,
  async run(values, positionals) {
    noPositionals(positionals);
    const wanted = wantedBy(values);
    const otherwise = "Or put a token for Microsoft Graph into GRAPH_TOKEN.";
    const endpoint = graphEndpoint();
    const token = process.env.GRAPH_TOKEN || (await azToken(["--resource-type", "ms-graph"], otherwise));
    const who = whoIs(token);
    checkTenant(who);
    const graph = graphClient({ endpoint, token });
    const before = await readState(graph, wanted);
    const changes = changesOf(before, wanted);
    const say = (line: string) => (values.json ? undefined : console.error(line));
    const after = values.apply
      ? await applyAll(graph, before, wanted, (write) => say(`${inWords(write)} ...`))
      : before;
    const settings = settingsOf(after);
    if (values.apply && values.azd) await setInAzd(settings);
    const outcome = { who, changes, left: leftAlone(after, wanted), settings, isApplied: values.apply };
    const { isApplied, ...others } = outcome;
    console.log(values.json ? JSON.stringify({ ...others, applied: isApplied }, null, 2) : told(outcome));
  },
});
