import { type Channel, type Notice, TryLater, Undeliverable } from "../channel.ts";
import { answerOf, codeIn, jsonOf, pauseIn } from "./answers.ts";
import type { CardPlace } from "./card.ts";
import { envelopeOf } from "./envelope.ts";

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
    const response = await post(workflow, JSON.stringify(envelopeOf(notice, place)), timeLimitMs);
    if (response.status !== 200 && response.status !== 202) throw await faultOf(response);
    await response.body?.cancel();
    info(acceptedLine(notice, response.status));
  },
});

const acceptedLine = ({ id }: Notice, status: number): string =>
  `The notice ${id} was accepted by its workflow (${status}). Whether it was posted only the workflow's run history says.`;

async function post({ url, token }: Workflow, body: string, timeLimitMs: number): Promise<Response> {
  const headers = {
    "content-type": "application/json; charset=utf-8",
    ...(token !== null && { authorization: `Bearer ${await token()}` }),
  };
  return answerOf("The workflow", url(), { method: "POST", headers, body }, timeLimitMs);
}

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
