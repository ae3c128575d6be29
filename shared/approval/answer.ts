import type { Answer, PrivateEndpointConnection } from "../connection/connection.ts";
import { actorName, type Entry, SYSTEM } from "../request/record.ts";
import type { ApprovalRequest, Decision } from "../request/request.ts";
import { cut, oneLine } from "../text.ts";
import { compareSight, shownEntries, sightEntries, signatureOf } from "./snapshot.ts";

/** What to do next to bring a decision into ARM. */
export type ApplyStep =
  /** ARM shows the answer: record it, and write nothing. */
  | { readonly kind: "done"; readonly entries: readonly Entry[] }
  /** The world moved: record that instead. */
  | { readonly kind: "moved"; readonly entries: readonly Entry[] }
  /** Write the answer; `entries` is the intent, which must be durable before. */
  | {
      readonly kind: "write";
      readonly answer: Answer;
      readonly description: string;
      readonly entries: readonly Entry[];
    };

/** ARM's limit for a connection's description is not documented for AKS; 140 is the one for the request message. */
const MAX_DESCRIPTION_CHARACTERS = 140;

const ANSWERS = { approve: "Approved", reject: "Rejected" } as const;

/**
 * The next step for a request that is `applying`, given what ARM shows right now.
 *
 * Illegal transitions never reach ARM: only a Pending connection of the same endpoint with the same request message,
 * the sight that was judged, is written to.
 */
export function nextApplyStep(
  request: ApprovalRequest,
  decision: Decision,
  connection: PrivateEndpointConnection | null,
): ApplyStep {
  const answer = ANSWERS[decision.decision];
  const isOurs = connection !== null && connection.privateEndpointId === request.privateEndpointId;
  if (isOurs && connection.status === answer) {
    return { kind: "done", entries: shownEntries(request, answer, foundSentence(request, answer)) };
  }

  const sighting = compareSight(request, connection);
  if (sighting.kind !== "same") return { kind: "moved", entries: sightEntries(request, sighting) };

  const description = request.intent?.description ?? describe(request, decision);
  const intent: Entry = {
    kind: "applying",
    actor: decision.by,
    answer,
    description,
    sentence: `About to write ${answer} to ARM.`,
  };
  return { kind: "write", answer, description, entries: request.intent === null ? [intent] : [] };
}

/** Who, why and which request, for those who read the connection in the portal: `Approved by rule x: why [pec-...]`. */
export function describe(request: ApprovalRequest, decision: Decision): string {
  const tail = ` ${signatureOf(request)}`;
  const head = `${ANSWERS[decision.decision]} by ${oneLine(actorName(decision.by), 60)}`;
  const why = decision.reason === "" ? "" : `: ${decision.reason}`;
  return oneLine(cut(`${head}${why}`, 1_000), MAX_DESCRIPTION_CHARACTERS - tail.length) + tail;
}

/** ARM took the answer. */
export const applied = (answer: Answer, correlationId: string | null): Entry => ({
  kind: "applied",
  actor: SYSTEM,
  correlationId,
  answer,
  how: "written",
  sentence: `ARM took ${answer}.`,
});

const foundSentence = ({ intent }: ApprovalRequest, answer: Answer): string =>
  intent === null
    ? `ARM showed ${answer} already; nothing was written.`
    : `ARM shows ${answer}, though the reply to our write was lost.`;
