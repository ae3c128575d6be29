import type { Posted } from "../../request/store.ts";
import type { Channel, Notice } from "../channel.ts";
import { type CardNotice, type CardPlace, EVERYBODY } from "./card.ts";
import { type Connector, LostMessage, postMessage, replaceMessage } from "./connector.ts";
import { envelopeOf } from "./envelope.ts";

/** A channel of Teams in which the bot speaks. */
export interface Conversation {
  /** The channel's name in the policy. */
  readonly name: string;
  /** `19:…@thread.tacv2`. */
  readonly id: string;
}

interface BotNeeds {
  readonly connector: Connector;
  readonly place: CardPlace;
  readonly posted: Posted;
  /** Whether Teams tells this app of clicks: then a card is answered where the policy allows it. */
  readonly takesAnswers: boolean;
  /** For operators: what was posted, and what could not be brought up to date. */
  info(line: string): void;
}

/**
 * Tells people in a channel of Teams by a bot: one card for each question, which shows everybody at any time how it stands. What
 * should reach those who have read it, a reminder and an escalation, is a message in the card's thread besides.
 *
 * After a crash between a post and the note of it, the card is posted again, and the first one stays as it was: the connector
 * knows no id of ours by which it could tell.
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/update-and-delete-bot-messages
 */
export function botChannel(
  { name, id: conversation }: Conversation,
  { connector, place, posted, takesAnswers, info }: BotNeeds,
  timeLimitMs?: number,
): Channel {
  const answering = takesAnswers ? EVERYBODY : null;
  const post = (notice: CardNotice) =>
    postMessage(connector, conversation, envelopeOf(notice, place, answering), timeLimitMs);
  const replace = (notice: CardNotice, id: string) =>
    replaceMessage(connector, conversation, id, envelopeOf(notice, place, answering), timeLimitMs);
  const remind = (notice: CardNotice, id: string) =>
    postMessage(connector, `${conversation};messageid=${id}`, envelopeOf(notice, place), timeLimitMs);

  /** Posts a card, and keeps how it is called. */
  const postCard = async (notice: Notice): Promise<void> => {
    const { requestId, request } = notice;
    const id = await post(notice);
    info(`The notice ${notice.id} was posted by the bot.`);
    if (id === null) info(`Teams did not say how it calls the card of ${notice.id}: it stays as it is.`);
    else if (request.ask !== null)
      await posted.keep({ requestId, channel: name }, { id, asked: request.ask.seq });
  };

  /** Whether there is the card, which is as the notice has it now. */
  const update = async (notice: CardNotice, id: string): Promise<boolean> => {
    try {
      await replace(notice, id);
      return true;
    } catch (error) {
      if (!(error instanceof LostMessage)) throw error;
      info(`The card of ${notice.requestId} is not brought up to date any more: ${error.message}`);
      return false;
    }
  };

  const bringUpToDate = async (notice: Notice, id: string): Promise<void> => {
    const { kind } = notice;
    const isThere = await update(kind === "reminded" ? { ...notice, kind: "reviewed" } : notice, id);
    if (kind !== "reminded" && kind !== "escalated") return;
    if (isThere) await remind(notice, id);
    else await postCard(notice);
  };

  return {
    name,
    isUpToDate: true,
    send: async (notice) => {
      const card = await posted.of({ requestId: notice.requestId, channel: name });
      if (card === null) return postCard(notice);
      const isOver = notice.kind === "withdrawn" || notice.kind === "closed";
      if (isOver || card.asked === notice.request.ask?.seq) return bringUpToDate(notice, card.id);
      await update({ ...notice, kind: "replaced" }, card.id);
      return postCard(notice);
    },
  };
}
