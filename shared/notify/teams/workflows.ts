import { type Channel, type Notice, TryLater, Undeliverable } from "../channel.ts";
import { refusedFor, type Trial, type Tried } from "../trial.ts";
import { answerOf, codeIn, jsonOf, pauseIn } from "./answers.ts";
import type { CardPlace } from "./card.ts";
import type { Envelope } from "./elements.ts";
import { envelopeOf, testEnvelopeOf } from "./envelope.ts";

/** A workflow of Teams that posts to one channel there. */
export interface Workflow {
  /** The channel's name in the policy. */
  readonly name: string;
  /** With the secret in its query: it stands in no log, no error and no record. */
  readonly url: () => string;
  /** A bearer token; null where the address itself lets us in. A workflow takes one of the two. */
  readonly token: (() => Promise<string>) | null;
}

interface WorkflowNeeds {
  readonly place: CardPlace;
  /** For operators: what was accepted. */
  info(line: string): void;
}

/** Well below what the outbox gives a channel, so that what failed is said by us. */
const TIME_LIMIT_MS = 20_000;

/**
 * Tells people in a channel of Teams, through a workflow there, which posts a card for each notice.
 *
 * The workflow answers before it has posted anything, and posts nothing without a word where its channel is gone or it dislikes the
 * card: what it takes is accepted, and never known to be delivered. That is a line in the log, with the notice's id.
 * @see https://learn.microsoft.com/connectors/teams/
 */
export const workflowChannel = (
  workflow: Workflow,
  { place, info }: WorkflowNeeds,
  timeLimitMs = TIME_LIMIT_MS,
): Channel => ({
  name: workflow.name,
  send: async (notice) => {
    const headers = await headersFor(workflow);
    const status = await accepted(workflow, headers, envelopeOf(notice, place), timeLimitMs);
    info(acceptedLine(notice, status));
  },
});

/** Tries a workflow with a card that is a test. That it took it proves nothing. */
export const workflowTrial = (workflow: Workflow, publicUrl: string, timeLimitMs = TIME_LIMIT_MS): Trial => ({
  name: workflow.name,
  sendTest: async (test) => {
    const headers = await headersFor(workflow);
    try {
      const card = testEnvelopeOf(test, workflow.name, publicUrl);
      return tookTest(await accepted(workflow, headers, card, timeLimitMs), test.id);
    } catch (error) {
      // All that is thrown there is in our own words.
      return refusedFor(error);
    }
  },
});

const tookTest = (status: number, id: string): Tried => ({
  result: "unknown",
  sentence: `The workflow answered ${status}, as it does before it posts anything. Look for the card ${id} in the channel; where it is missing, the workflow's run history in Power Automate says why.`,
});

/** Hands a card over. @returns the status with which it was taken @throws in words of our own */
async function accepted(
  { url }: Workflow,
  headers: Readonly<Record<string, string>>,
  card: Envelope,
  timeLimitMs: number,
): Promise<number> {
  const request = { method: "POST", headers, body: JSON.stringify(card) };
  const response = await answerOf("The workflow", url(), request, timeLimitMs);
  if (response.status !== 200 && response.status !== 202) throw await faultOf(response);
  await response.body?.cancel();
  return response.status;
}

/** @throws where the app's identity gets no token */
const headersFor = async ({ token }: Workflow): Promise<Readonly<Record<string, string>>> => ({
  "content-type": "application/json; charset=utf-8",
  ...(token !== null && { authorization: `Bearer ${await token()}` }),
});

const acceptedLine = ({ id }: Notice, status: number): string =>
  `The notice ${id} was accepted by its workflow (${status}). Whether it was posted only the workflow's run history says.`;

/** What is wrong, and what to do next. */
async function faultOf(response: Response): Promise<Error> {
  const { status } = response;
  const code = codeIn(await jsonOf(response));
  const said = `The workflow answered ${status}${code === null ? "" : ` ${code}`}`;
  if (status === 429) return new TryLater(`${said}: it gets too many cards.`, pauseIn(response));
  if (status === 413) return new Undeliverable(`${said}: the card is too large for it.`);
  return new Error(`${said}${adviceOn(status)}`);
}

function adviceOn(status: number): string {
  switch (status) {
    case 400:
      return ": it is turned off, or was deleted. Turn it on in Power Automate, or set the address of another one.";
    case 401:
    case 403:
      return ": it does not let us in. Copy its whole address with `sig`, or let this app trigger it and set TEAMS_WORKFLOW_AUDIENCE.";
    case 404:
      return ": there is none at this address. Copy the address from Power Automate again.";
    default:
      return status >= 300 && status < 400
        ? ": it leads elsewhere, and cards are sent nowhere else. Copy the address from Power Automate again."
        : ".";
  }
}
