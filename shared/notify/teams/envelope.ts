import { type Notice, Undeliverable } from "../channel.ts";
import { type CardLimits, type CardPlace, cardOf } from "./card.ts";
import type { Envelope } from "./elements.ts";

/** What Teams takes is about 28 KB in all, of which some flows use up seven. */
const BUDGET_BYTES = 20 * 1_024;
const LIMIT_BYTES = 24 * 1_024;

/** How much is shown, and of what is too large with that, ever less. */
const LIMITS: readonly CardLimits[] = [
  { characters: 1_000, lines: 12 },
  { characters: 300, lines: 12 },
  { characters: 120, lines: 6 },
];

/**
 * What is sent for a notice, as JSON; texts and lists in it are cut until all is small enough.
 * @throws an `Undeliverable` when nothing is left to cut, and Teams would refuse it
 */
export function envelopeOf(notice: Notice, place: CardPlace): string {
  let body = "";
  for (const limits of LIMITS) {
    body = JSON.stringify(wrapped(notice, place, limits));
    if (Buffer.byteLength(body) <= BUDGET_BYTES) return body;
  }
  const bytes = Buffer.byteLength(body);
  if (bytes > LIMIT_BYTES)
    throw new Undeliverable(`The card has ${bytes} bytes; Teams takes ${LIMIT_BYTES}.`);
  return body;
}

const wrapped = (notice: Notice, place: CardPlace, limits: CardLimits): Envelope => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: cardOf(notice, place, limits),
    },
  ],
});
