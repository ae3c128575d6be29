import { createHash, randomUUID } from "node:crypto";
import * as z from "zod";
import { transaction } from "../kit/database.ts";
import { parseJson } from "../kit/json-text.ts";
import { BotCard, type Card, type Execute } from "./card.ts";
import { CARD_TYPE, CHANNEL_ID } from "./constants.ts";
import {
  type Bot,
  type Invoke,
  type InvokeOutcome,
  InvokeResponse,
  type Message,
  type Person,
} from "./schemas.ts";
import type { Teams } from "./teams.ts";

/** A click on a card, or its refresh. */
export interface Click {
  readonly message: Message;
  readonly person: Person;
  readonly action: Execute;
  readonly trigger: Invoke["trigger"];
  /** What was typed, by the ids of the inputs. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What is to be other than Teams would have it, for whoever wants to see what is refused. */
  readonly forged?: Forged;
}

/** Claims of the token and members of the activity, in place of the true ones. */
export interface Forged {
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly activity?: Readonly<Record<string, unknown>> | undefined;
  /** The whole `Authorization` header; null: none. */
  readonly authorization?: string | null | undefined;
}

/** The card that somebody sees. */
export const cardSeenBy = ({ store }: Teams, message: Message, person: Person): Card | undefined =>
  store.messages.viewOf(message.id, person.oid) ?? message.cards[0];

/** What Teams calls a person when it speaks to a bot. Every bot gets to know another id. */
export const idFor = (bot: Pick<Bot, "id">, { oid }: Person): string =>
  `29:1${createHash("sha256").update(`${bot.id} ${oid}`).digest("base64url")}`;

/** Whether Teams refreshes the card by itself when this person sees it. */
export const refreshesFor = (card: Card, bot: Pick<Bot, "id">, person: Person): boolean =>
  card.refresh !== undefined && (card.refresh.userIds?.includes(idFor(bot, person)) ?? true);

/**
 * Tells the bot of a click, and shows what it answers: a card for this reader alone, or a sentence. A bot that takes
 * longer than Teams waits is not listened to any more, whatever it does.
 * @see https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
 */
export async function invoke(teams: Teams, click: Click): Promise<InvokeOutcome> {
  const { message, person, action, trigger, forged } = click;
  const { database, store, log } = teams;
  const at = new Date().toISOString();
  const bot = teams.organisation.bots.find(({ id }) => id === message.author.id);
  if (!bot) return { kind: "failed", why: "No bot has posted this card, so nobody hears of the click." };
  const activity = { ...activityOf(teams, bot, click), ...forged?.activity };
  const outcome = await callBot(teams, bot, activity, forged);
  const entry = { at, messageId: message.id, person: person.name, trigger, activity, outcome };
  transaction(database, () => {
    store.invokes.add({ ...entry, title: action.title ?? action.verb ?? "" });
    if (outcome.kind === "card") store.messages.show(message.id, person.oid, outcome.card);
  });
  if (outcome.kind === "failed") log(`teams: ${person.name} clicked: ${outcome.why}`);
  return outcome;
}

function activityOf(teams: Teams, bot: Bot, { message, person, action, trigger, inputs }: Click) {
  const { tenantId } = teams.organisation;
  const { type, id, title, verb, data } = action;
  const now = new Date().toISOString();
  return {
    type: "invoke",
    name: "adaptiveCard/action",
    id: `f:${randomUUID()}`,
    timestamp: now,
    channelId: CHANNEL_ID,
    serviceUrl: teams.serviceUrl,
    from: { id: idFor(bot, person), name: person.displayName, aadObjectId: person.oid },
    conversation: {
      isGroup: true,
      conversationType: "channel",
      tenantId,
      id: `${message.conversationId};messageid=${message.id}`,
    },
    recipient: { id: `28:${bot.id}`, name: bot.name },
    replyToId: message.id,
    locale: "en-GB",
    entities: [{ type: "clientInfo", locale: "en-GB", country: "GB", platform: "Web", timezone: "UTC" }],
    channelData: {
      channel: { id: message.conversationId },
      source: { name: "message" },
      tenant: { id: tenantId },
    },
    value: { action: { type, id, title, verb, data: { ...data, ...inputs } }, trigger },
  };
}

async function callBot(
  teams: Teams,
  bot: Bot,
  activity: object,
  forged: Forged | undefined,
): Promise<InvokeOutcome> {
  const claims = { aud: bot.id, serviceurl: teams.serviceUrl };
  const authorization =
    forged?.authorization === undefined
      ? `Bearer ${await teams.connectorKeys.tokenFor(claims, forged?.claims)}`
      : forged.authorization;
  try {
    const response = await fetch(bot.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(authorization !== null && { authorization }),
      },
      body: JSON.stringify(activity),
      redirect: "manual",
      signal: AbortSignal.any([teams.closing, AbortSignal.timeout(teams.invokeTimeoutMs)]),
    });
    return readResponse(response.status, await response.text());
  } catch (error) {
    return { kind: "failed", why: reasonOf(error, teams.invokeTimeoutMs) };
  }
}

/** Teams gets 200 whatever the bot thinks of the click; any other status is a bot that has failed. */
function readResponse(status: number, text: string): InvokeOutcome {
  if (status !== 200) return { kind: "failed", why: `The bot answered with HTTP ${status}.` };
  const response = InvokeResponse.safeParse(parseJson(text));
  if (!response.success)
    return {
      kind: "failed",
      why: `The bot's answer is none to an invoke: ${z.prettifyError(response.error)}`,
    };
  const { type, value } = response.data;
  switch (type) {
    case CARD_TYPE: {
      const card = BotCard.safeParse(value);
      if (card.success) return { kind: "card", card: card.data };
      return {
        kind: "failed",
        why: `The card in the answer cannot be shown: ${z.prettifyError(card.error)}`,
      };
    }
    case "application/vnd.microsoft.activity.message":
      return { kind: "message", text: value };
    case "application/vnd.microsoft.error":
      return { kind: "refused", code: value.code, message: value.message };
  }
}

/** `fetch` says only "fetch failed"; why is in its cause. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError")
    return `The bot did not answer within ${timeoutMs / 1000} s.`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return `The bot could not be reached: ${code}`;
}
