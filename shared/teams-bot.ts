import * as z from "zod";
import { httpsUrl, onOrOff, type SettingProblem, signInUrl } from "./setting-kinds.ts";
import { channelOfSetting, NAME_PROBLEM } from "./teams-workflows.ts";

/**
 * Where the connector is, in each cloud of Microsoft: a bot that was never written to has heard no other address.
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
 */
const SERVICE_HOSTS = [
  "smba.trafficmanager.net",
  "smba.infra.gcc.teams.microsoft.com",
  "smba.infra.gov.teams.microsoft.us",
  "smba.infra.dod.teams.microsoft.us",
];
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** The bot's token goes there. Parsed, because what stands before an `@` only looks like the host. */
function isConnector(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return url.search === "" && [...SERVICE_HOSTS, ...LOOPBACK].includes(url.hostname);
}

/** What the app is told of its bot in Teams. */
export const TEAMS_BOT_SETTINGS = {
  TEAMS_BOT_ID: z
    .guid("must be the client id of the managed identity that the bot is made of, a GUID")
    .toLowerCase()
    .optional()
    .describe(
      "Client id of the app's managed identity that its bot in Teams is made of. Absent: there is no bot.",
    ),
  TEAMS_SERVICE_URL: z
    .string()
    .refine(isConnector, {
      error: `must be the connector's address in your cloud: https:// and ${SERVICE_HOSTS.join(", ")}, with a path`,
    })
    .transform((text) => text.replace(/\/+$/, ""))
    .default("https://smba.trafficmanager.net/teams")
    .describe(
      "Where bots of Teams post in your cloud. Default: `https://smba.trafficmanager.net/teams`, that of Azure's public cloud.",
    ),
  TEAMS_ANSWERS: onOrOff
    .default("off")
    .describe(
      "`on`: where the policy says `inCard`, people may answer in the bot's card; Teams then calls `/api/messages`, and the app asks Microsoft Graph who they are. Default: `off`.",
    ),
  TEAMS_OPENID_URL: httpsUrl
    .default("https://login.botframework.com/v1/.well-known/openidconfiguration")
    .describe(
      "Where the connector says by which keys it signs, in your cloud. Default: `https://login.botframework.com/v1/.well-known/openidconfiguration`.",
    ),
  GRAPH_ENDPOINT: signInUrl
    .transform((text) => text.replace(/\/+$/, ""))
    .default("https://graph.microsoft.com")
    .describe("Microsoft Graph in your cloud. Default: `https://graph.microsoft.com`."),
  TEAMS_CONVERSATION: z
    .string()
    .optional()
    .describe(
      "The channel of Teams in which the bot tells people, as *Copy link* of the channel gives it; in the place of `TEAMS_WORKFLOW_URL`. Needs `TEAMS_BOT_ID`.",
    ),
};

/** The settings whose names go on. */
export const TEAMS_BOT_NAMED = {
  name: "TEAMS_CONVERSATION_<NAME>",
  text: "As `TEAMS_CONVERSATION`, for one channel of the policy (`notify`), in the place of `TEAMS_WORKFLOW_URL_<NAME>`.",
};

const SETTING = "TEAMS_CONVERSATION";
/** As Teams names channels. */
const ID = /^19:[\w.-]{1,200}@thread\.(tacv2|skype)$/;
/** A link to a channel has its id in its path, encoded. */
const LINK = /^https:\/\/[\w.-]+\/l\/channel\/([^/?#]+)(?:[/?#]|$)/;

type Environment = Readonly<Record<string, string | undefined>>;

interface Conversations {
  /** Ids of conversations by channel of the policy: `teams`, `platform-duty`. */
  readonly conversations: ReadonlyMap<string, string>;
  readonly problems: readonly SettingProblem[];
}

/** Where the bot tells people. @param taken channels that a workflow posts to */
export function conversationsIn(
  environment: Environment,
  taken: ReadonlyMap<string, unknown>,
): Conversations {
  const conversations = new Map<string, string>();
  const problems: SettingProblem[] = [];
  for (const [name, text] of Object.entries(environment)) {
    const channel = text ? channelOfSetting(name, SETTING) : undefined;
    if (channel === undefined || !text) continue;
    const id = idIn(text);
    const message = problemOf(channel, id, { environment, taken });
    if (message !== null) problems.push({ name, message });
    else if (channel !== null && id !== null) conversations.set(channel, id);
  }
  return { conversations, problems };
}

function problemOf(
  channel: string | null,
  id: string | null,
  { environment, taken }: { readonly environment: Environment; readonly taken: ReadonlyMap<string, unknown> },
): string | null {
  if (channel === null) return NAME_PROBLEM;
  if (id === null)
    return "must be the link to a channel of Teams, as Copy link gives it, or its id, 19:…@thread.tacv2";
  if (taken.has(channel))
    return `is set, and so is the workflow of the channel ${channel}; keep one of the two`;
  return environment.TEAMS_BOT_ID ? null : "needs TEAMS_BOT_ID, the client id of the bot";
}

/** The id of a channel, or that in a link to it; null where there is none. */
function idIn(text: string): string | null {
  const id = decoded(LINK.exec(text.trim())?.[1] ?? text.trim());
  return ID.test(id) ? id : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
