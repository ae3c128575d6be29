import * as z from "zod";
import { parseJson } from "../kit/json-text.ts";
import { BotCard, type Card } from "./card.ts";
import { CONNECTOR, REGION } from "./constants.ts";
import { TeamsError, throttled } from "./errors.ts";
import { type Bot, type Conversation, type Message, MessageActivity } from "./schemas.ts";
import type { Call, Teams, Work } from "./teams.ts";

const ACTIVITIES = new RegExp(`^/${REGION}/v3/conversations/([^/]+)/activities(?:/([^/]+))?/?$`);

/** What a path of the connector is about. */
export interface Place {
  readonly conversationId: string;
  /** Id of the message whose thread it is; undefined where it is none. */
  readonly threadId: string | undefined;
  /** Undefined where a new message goes. */
  readonly activityId: string | undefined;
}

/** The place at a path; undefined when it is none of the connector's. */
export function placeAt(path: string): Place | undefined {
  const [, conversation, activity] = ACTIVITIES.exec(path) ?? [];
  if (conversation === undefined) return undefined;
  // A bot names the thread behind the channel: `19:...@thread.tacv2;messageid=...`.
  const [conversationId = "", threadId] = decoded(conversation).split(";messageid=");
  return { conversationId, threadId, activityId: activity && decoded(activity) };
}

/**
 * Posts a bot's message, or puts another one in its place, for everybody.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#conversation-operations
 * @throws TeamsError
 */
export async function send(teams: Teams, place: Place, call: Call): Promise<Work> {
  const isNew = place.activityId === undefined;
  if (call.method !== (isNew ? "POST" : "PUT"))
    throw new TeamsError("MethodNotAllowed", `There is no ${call.method} here.`);
  const bot = await botOf(teams, call.authorization);
  const conversation = conversationOf(teams, place, bot);
  const waitSeconds = teams.threadLimits.take(`${bot.id} ${conversation.id}`, Date.now());
  if (waitSeconds !== undefined) throw throttled("Throttled", waitSeconds);
  const content = readActivity(call.body);
  if (place.activityId === undefined)
    return () => post(teams, conversation, bot, { ...content, threadId: place.threadId });
  const before = messageOf(teams, place.activityId, conversation, bot);
  return () => {
    const updatedAt = new Date().toISOString();
    teams.store.messages.update({ ...before, ...content, updatedAt });
    return { status: 200, body: { id: before.id } };
  };
}

/** Whose token it is. @throws TeamsError when it is nobody's bot */
async function botOf(teams: Teams, authorization: string | undefined): Promise<Bot> {
  const bearer = await teams.readToken(authorization);
  switch (bearer.kind) {
    case "undecided":
      throw new TeamsError("ServiceUnavailable", "The signing keys of the token issuer could not be read.");
    case "missing":
    case "invalid":
      throw new TeamsError("Unauthorized", "Authorization has been denied for this request.");
    case "claims": {
      const { aud, iss, appid, azp } = bearer.claims;
      if (aud !== CONNECTOR || iss !== teams.issuer)
        throw new TeamsError("Unauthorized", "Authorization has been denied for this request.");
      const bot = teams.organisation.bots.find(({ id }) => id === (appid ?? azp));
      if (bot) return bot;
      throw new TeamsError("BotNotRegistered", "No registration found for this bot.");
    }
  }
}

function conversationOf(teams: Teams, { conversationId }: Place, bot: Bot): Conversation {
  const conversation = teams.organisation.conversations.find(({ id }) => id === conversationId);
  if (!conversation) throw new TeamsError("ConversationNotFound", "Conversation not found.");
  if (teams.store.switches.isInstalled(bot.id, conversation.id)) return conversation;
  throw new TeamsError("BotNotInConversationRoster", "The bot is not part of the conversation roster.");
}

function messageOf({ store }: Teams, id: string, conversation: Conversation, bot: Bot): Message {
  const message = store.messages.get(id);
  if (message?.conversationId !== conversation.id)
    throw new TeamsError("ActivityNotFoundInConversation", "Conversation not found.");
  if (message.author.id === bot.id) return message;
  throw new TeamsError("NotEnoughPermissions", "The bot may only update its own messages.");
}

type Content = Pick<Message, "text" | "cards">;

/** @throws TeamsError when it cannot be shown */
function readActivity(body: string | undefined): Content {
  if (body === undefined) throw new TeamsError("MessageSizeTooBig", "Message size too large.");
  const activity = MessageActivity.safeParse(parseJson(body));
  if (!activity.success) throw new TeamsError("BadArgument", z.prettifyError(activity.error));
  const { text, attachments } = activity.data;
  const cards = attachments.map(({ content }) => readCard(content));
  if (text === undefined && cards.length === 0)
    throw new TeamsError("BadArgument", "Activity must have text or an attachment.");
  return { text, cards };
}

function readCard(content: unknown): Card {
  const card = BotCard.safeParse(content);
  if (card.success) return card.data;
  throw new TeamsError("BadArgument", `The card cannot be shown: ${z.prettifyError(card.error)}`);
}

function post(
  { store }: Teams,
  { id }: Conversation,
  bot: Bot,
  content: Content & Pick<Message, "threadId">,
) {
  const author = { kind: "bot", id: bot.id, name: bot.name } as const;
  const postedAt = new Date().toISOString();
  const added = { conversationId: id, author, ...content, postedAt, updatedAt: undefined };
  return { status: 201, body: { id: store.messages.add(added) } };
}

/** A part of a path, decoded; one that is no encoding of anything names nothing, and stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
