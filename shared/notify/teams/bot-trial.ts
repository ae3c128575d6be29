import { refusedFor, type Trial } from "../trial.ts";
import type { Conversation } from "./bot.ts";
import { type Connector, postMessage } from "./connector.ts";
import { testEnvelopeOf } from "./envelope.ts";

/** Tries a channel in which the bot speaks. Teams answers when it has posted, so what it took is there. */
export const botTrial = (
  { name, id: conversation }: Conversation,
  connector: Connector,
  publicUrl: string,
  timeLimitMs?: number,
): Trial => ({
  name,
  sendTest: async (test) => {
    // Whatever keeps the identity from a token is not in our words; what fails after that is.
    await connector.token();
    try {
      await postMessage(connector, conversation, testEnvelopeOf(test, name, publicUrl), timeLimitMs);
      return { result: "accepted", sentence: `Teams posted it: the card ${test.id} is in the channel.` };
    } catch (error) {
      return refusedFor(error);
    }
  },
});
