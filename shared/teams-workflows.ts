import * as z from "zod";
import { httpsUrl, type SettingProblem } from "./setting-kinds.ts";

/** What the app is told of Teams. The addresses are secrets: whoever has one may post. */
export const TEAMS_WORKFLOW_SETTINGS = {
  PORTAL_URL: httpsUrl
    .default("https://portal.azure.com")
    .describe(
      "The Azure portal of your cloud; used in what people are sent. Default: `https://portal.azure.com`.",
    ),
  TEAMS_WORKFLOW_URL: z
    .string()
    .optional()
    .describe(
      "Address of the workflow that posts to the channel of Teams which hears where the policy names none that has an address; a secret, so best a Key Vault reference. Absent: only named channels hear.",
    ),
  TEAMS_WORKFLOW_AUDIENCE: z
    .url("must be the audience that Power Automate documents for your cloud")
    .optional()
    .describe(
      "What a token of the app's identity is asked for where a workflow's address has no `sig`: `https://service.flow.microsoft.com/`, with the slash at its end, in Azure's public cloud. Absent: no token is sent.",
    ),
  TEAMS_WORKFLOW_HOSTS: z
    .string()
    .transform((text) => hostsIn(text))
    .default([])
    .describe(
      "More hosts at which, or below which, workflows may be, separated by commas. Known are `powerplatform.com`, `powerautomate.com`, `logic.azure.com` and `flow.microsoft.com`.",
    ),
};

/** The settings whose names go on. */
export const TEAMS_WORKFLOW_NAMED = {
  name: "TEAMS_WORKFLOW_URL_<NAME>",
  text: "As `TEAMS_WORKFLOW_URL`, for one channel of the policy (`notify`): `TEAMS_WORKFLOW_URL_PLATFORM_DUTY` is the address of the channel `platform-duty`.",
};

/** The address of a workflow in Teams. A function gives it, so that no log and no JSON shows it. */
export interface WorkflowAddress {
  readonly url: () => string;
  /** Whether the address itself is what lets us in; if not, a token must. */
  readonly isSigned: boolean;
}

/**
 * Where workflows are: the new host, what is seen beside it, and the old one.
 * @see https://learn.microsoft.com/troubleshoot/power-platform/power-automate/flow-run-issues/triggers-troubleshoot
 */
const HOSTS = ["powerplatform.com", "powerautomate.com", "logic.azure.com", "flow.microsoft.com"];
/** @see https://devblogs.microsoft.com/microsoft365dev/retirement-of-office-365-connectors-within-microsoft-teams/ */
const RETIRED = ["webhook.office.com", "outlook.office.com", "outlook.office365.com"];

const SETTING = "TEAMS_WORKFLOW_URL";
/** The channel of `TEAMS_WORKFLOW_URL`. */
const TEAMS_CHANNEL = "teams";
/** What a channel of the policy is called, in a setting's name. */
const NAME = /^[A-Z0-9]{1,40}(_[A-Z0-9]{1,40})*$/;
/** Channels that are something else already. */
const TAKEN = /^(log|teams|event-grid|webhook-.*)$/;

/** What is wrong with a setting that names no channel. */
export const NAME_PROBLEM =
  "must end in the name of a channel of the policy, in capitals, with _ for -; log, teams, event-grid and webhook-… are taken";

type Environment = Readonly<Record<string, string | undefined>>;

interface Workflows {
  /** By channel: `teams`, `platform-duty`. */
  readonly addresses: ReadonlyMap<string, WorkflowAddress>;
  /** Each setting that is wrong; no problem shows an address. */
  readonly problems: readonly SettingProblem[];
}

/** All workflows' addresses. `TEAMS_WORKFLOW_URL_PLATFORM_DUTY` is that of the channel `platform-duty`. */
export function workflowsIn(environment: Environment): Workflows {
  const addresses = new Map<string, WorkflowAddress>();
  const problems: SettingProblem[] = [];
  for (const [setting, text] of Object.entries(environment)) {
    const channel = text ? channelOfSetting(setting, SETTING) : undefined;
    if (channel === undefined || !text) continue;
    const address = channel === null ? null : addressIn(text, environment);
    if (channel === null) problems.push({ name: setting, message: NAME_PROBLEM });
    else if (typeof address === "string") problems.push({ name: setting, message: address });
    else if (address !== null) addresses.set(channel, address);
  }
  return { addresses, problems };
}

/**
 * The channel of the policy of which a setting speaks: that of `TEAMS_CONVERSATION_PLATFORM_DUTY` is `platform-duty`, and that of
 * `TEAMS_CONVERSATION` is `teams`. Null where the name is none; undefined where it is another setting.
 */
export function channelOfSetting(setting: string, prefix: string): string | null | undefined {
  if (setting === prefix) return TEAMS_CHANNEL;
  if (!setting.startsWith(`${prefix}_`)) return undefined;
  const name = setting.slice(prefix.length + 1);
  const channel = name.toLowerCase().replaceAll("_", "-");
  return NAME.test(name) && !TAKEN.test(channel) ? channel : null;
}

/** The address, or what is wrong with it. */
function addressIn(text: string, { TEAMS_WORKFLOW_AUDIENCE, TEAMS_WORKFLOW_HOSTS }: Environment) {
  if (text.startsWith("@Microsoft.KeyVault("))
    return "is a Key Vault reference that the platform could not read; the app's settings in the portal say why";
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== "https:") return "must be an https URL";
  if (isOf(url, RETIRED))
    return "is a connector, which Teams took out of service in May 2026; make a workflow, as README.md says under Teams";
  if (!isOf(url, [...HOSTS, ...hostsIn(TEAMS_WORKFLOW_HOSTS)]))
    return "must be the address of a workflow, as Teams shows it; if its host is right, add that to TEAMS_WORKFLOW_HOSTS";
  // Parsed, because what stands before an `@` only looks like the host.
  if (url.username !== "" || url.password !== "") return "must have no user and no password in it";
  const isSigned = Boolean(url.searchParams.get("sig"));
  if (!isSigned && !TEAMS_WORKFLOW_AUDIENCE)
    return "must be copied whole, with `sig` in it; one without needs TEAMS_WORKFLOW_AUDIENCE";
  return { url: () => text, isSigned } satisfies WorkflowAddress;
}

/** Whether it is one of these hosts, or below one. */
const isOf = ({ hostname }: URL, hosts: readonly string[]): boolean =>
  hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));

/** Hosts separated by commas, with or without spaces. */
const hostsIn = (list: string | undefined): string[] =>
  (list ?? "")
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "");
