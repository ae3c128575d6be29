import { inUtc } from "../../text.ts";
import type { TestMessage } from "../trial.ts";
import type { AdaptiveCard } from "./elements.ts";
import { paragraph } from "./run.ts";

const HEADLINE = "TEST: nothing is asked of you";
const MAX_CHARACTERS = 300;

/** The card that tries a channel: nobody can take it for a question. */
export function testCardOf({ id, at }: TestMessage, channel: string, publicUrl: string): AdaptiveCard {
  const sentence = `This is a test of the channel ${channel}, sent at ${inUtc(at)}. Cards of requests come here as this one did.`;
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    fallbackText: `${HEADLINE} (${id})`,
    body: [
      paragraph(HEADLINE, MAX_CHARACTERS, { weight: "bolder", size: "large" }),
      paragraph(sentence, MAX_CHARACTERS),
      paragraph(id, MAX_CHARACTERS),
    ],
    actions: [{ type: "Action.OpenUrl", title: "Open the inbox", url: `${publicUrl}/inbox/` }],
    msteams: { width: "Full" },
  };
}
