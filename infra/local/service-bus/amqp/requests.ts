import type { Receiver, Sender } from "rhea";
import type { DecodedMessage } from "../rhea.ts";
import { accept, messages, type OutgoingLink, onMessage } from "../rhea.ts";

/** The answer to a request over AMQP. */
export interface Reply {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Answers every request that arrives on `receiver`, on the link of the same connection that the request names. */
export function answerRequests(
  receiver: Receiver,
  handle: (request: DecodedMessage) => Reply | Promise<Reply>,
  failed: (error: unknown) => void,
): void {
  async function serve(bytes: Buffer): Promise<void> {
    const request = messages.decode(bytes);
    const reply = await handle(request);
    const replyTo = request.reply_to;
    const sender = receiver.connection.find_sender(
      (link: Sender) => link.name === replyTo || link.target?.address === replyTo,
    );
    sender?.send({
      correlation_id: request.message_id as string,
      application_properties: reply.properties,
      body: reply.body,
    });
  }

  onMessage(receiver, ({ bytes, delivery }) => {
    accept(delivery);
    serve(bytes).catch(failed);
  });
}

/** Prepares a link that carries replies. Pre-settled, so that no reply waits for the client's delayed TCP ACK. */
export function carryReplies(sender: Sender): void {
  (sender as OutgoingLink).local.attach.snd_settle_mode = 1;
}
