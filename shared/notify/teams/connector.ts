import * as z from "zod";
import { within } from "../../time-limit.ts";
import { TryLater, Undeliverable } from "../channel.ts";
import { answerOf, codeIn, jsonOf, pauseIn } from "./answers.ts";

/** A bot, and where it posts. */
export interface Connector {
  /** As Microsoft calls it `serviceUrl`, without a slash at its end. */
  readonly serviceUrl: string;
  /** A bearer token of the bot. */
  token(): Promise<string>;
}

/** A card is replaced and a message posted, by one token, well within what the outbox gives a channel: what failed is said by us. */
const TIME_LIMIT_MS = 9_000;

const Created = z.object({ id: z.string().min(1).max(500) });

/** The message that should be replaced cannot be, now or later: somebody deleted it, or it is not this bot's. */
export class LostMessage extends Error {
  override readonly name = "LostMessage";
}

/**
 * Posts a message to a conversation, or into a thread of it.
 * @param conversation `19:…@thread.tacv2`, with `;messageid=…` for a thread
 * @returns its id; null where the connector took it and did not say how it is called
 */
export async function postMessage(
  connector: Connector,
  conversation: string,
  message: unknown,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<string | null> {
  const created = await call(connector, "POST", activities(conversation), message, timeLimitMs);
  return Created.safeParse(created).data?.id ?? null;
}

/** Puts another message in the place of one, for everybody who sees it. @throws a `LostMessage` where it never can */
export async function replaceMessage(
  connector: Connector,
  conversation: string,
  id: string,
  message: unknown,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<void> {
  await call(connector, "PUT", `${activities(conversation)}/${encodeURIComponent(id)}`, message, timeLimitMs);
}

const activities = (conversation: string): string =>
  `/v3/conversations/${encodeURIComponent(conversation)}/activities`;

/** @returns the body of a call that was taken @throws what `faultOf` makes of a refusal */
async function call(
  { serviceUrl, token }: Connector,
  method: "POST" | "PUT",
  path: string,
  message: unknown,
  timeLimitMs: number,
): Promise<unknown> {
  const headers = {
    authorization: `Bearer ${await within(timeLimitMs, token())}`,
    "content-type": "application/json; charset=utf-8",
  };
  const request = { method, headers, body: JSON.stringify(message) };
  const response = await answerOf("Teams", `${serviceUrl}${path}`, request, timeLimitMs);
  const body = await jsonOf(response);
  if (response.status === 200 || response.status === 201) return body;
  throw faultOf(method, response, codeIn(body));
}

/** Then the bot may not post either, until somebody adds it. */
const NOT_IN_TEAM = "BotNotInConversationRoster";

/**
 * What is wrong, and what to do next.
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
 */
function faultOf(method: "POST" | "PUT", response: Response, code: string | null): Error {
  const { status } = response;
  const said = `Teams answered ${status}${code === null ? "" : ` ${code}`}`;
  if (status === 429) return new TryLater(`${said}: the bot says too much at once.`, pauseIn(response));
  if (status === 413) return new Undeliverable(`${said}: the card is too large for it.`);
  if (status === 404 && code === "ActivityNotFoundInConversation")
    return new LostMessage(`${said}: somebody deleted it.`);
  if (status === 403 && method === "PUT" && code !== NOT_IN_TEAM)
    return new LostMessage(`${said}: the bot may not replace it.`);
  return new Error(`${said}${adviceOn(status)}`);
}

function adviceOn(status: number): string {
  switch (status) {
    case 401:
      return ": the bot is not known. TEAMS_BOT_ID must be the managed identity of the app, and an Azure Bot must be made of it.";
    case 403:
      return ": the bot may not speak there. Add its app to the team of that channel.";
    case 404:
      return ": there is no such channel. Copy the link to the channel into TEAMS_CONVERSATION again.";
    default:
      return status >= 300 && status < 400 ? ": it leads elsewhere, and nothing is sent there." : ".";
  }
}
