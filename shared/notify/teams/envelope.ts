import { Undeliverable } from "../channel.ts";
import type { TestMessage } from "../trial.ts";
import { type Answering, type CardLimits, type CardNotice, type CardPlace, cardOf } from "./card.ts";
import type { AdaptiveCard, Envelope } from "./elements.ts";
import { testCardOf } from "./test-card.ts";

/** What Teams takes is about 28 KB in all, of which some flows use up seven. */
const BUDGET_BYTES = 20 * 1_024;
const LIMIT_BYTES = 24 * 1_024;

/** How much is shown, and of what is too large with that, ever less. */
const SHORTEST: CardLimits = { characters: 120, lines: 6 };
const LIMITS: readonly CardLimits[] = [
  { characters: 1_000, lines: 12 },
  { characters: 300, lines: 12 },
  SHORTEST,
];

/**
 * What is sent for a notice; texts and lists in it are cut until all is small enough.
 * @throws an `Undeliverable` when nothing is left to cut, and Teams would refuse it
 */
export function envelopeOf(
  notice: CardNotice,
  place: CardPlace,
  answering: Answering | null = null,
): Envelope {
  let bytes = 0;
  for (const limits of LIMITS) {
    const envelope = wrapped(cardOf(notice, place, limits, answering));
    bytes = Buffer.byteLength(JSON.stringify(envelope));
    if (bytes <= BUDGET_BYTES || (limits === SHORTEST && bytes <= LIMIT_BYTES)) return envelope;
  }
  throw new Undeliverable(`The card has ${bytes} bytes; Teams takes ${LIMIT_BYTES}.`);
}

/** What is sent to try a channel. */
export const testEnvelopeOf = (test: TestMessage, channel: string, publicUrl: string): Envelope =>
  wrapped(testCardOf(test, channel, publicUrl));

function wrapped(content: AdaptiveCard): Envelope {
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}
