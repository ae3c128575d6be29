import type { Answer, PrivateEndpointConnection } from "../connection/connection.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest, RequestIn } from "../request/request.ts";
import { actorName, SYSTEM } from "../request/terms.ts";
import { cut, oneLine } from "../text.ts";
import { compareSnapshot, shownEntries, signatureOf, snapshotEntries } from "./snapshot.ts";

/** What to do next to bring a decision into ARM. */
export type AnswerStep =
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
/** Of those, what says who decided: the rest is for why and for the request. */
const MAX_WHO_CHARACTERS = 60;

const ANSWERS = { approve: "Approved", reject: "Rejected" } as const;

/**
 * The next step for a request that is `applying`, given what ARM shows right now.
 *
 * Illegal transitions never reach ARM: only a Pending connection of the same endpoint with the same request message, as
 * it was when it was assessed, is written to.
 */
export function nextAnswerStep(
  request: RequestIn<"applying">,
  connection: PrivateEndpointConnection | null,
): AnswerStep {
  const answer = ANSWERS[request.decision.decision];
  const isOurs = connection !== null && connection.privateEndpointId === request.privateEndpointId;
  if (isOurs && connection.status === answer) {
    return { kind: "done", entries: shownEntries(request, answer, foundSentence(request, answer)) };
  }

  const comparison = compareSnapshot(request, connection);
  if (comparison.kind !== "same") return { kind: "moved", entries: snapshotEntries(request, comparison) };

  const intended = request.application?.description ?? null;
  const description = intended ?? describe(request);
  const intent: Entry = {
    kind: "applying",
    actor: request.decision.by,
    answer,
    description,
    sentence: `About to write ${answer} to ARM.`,
  };
  return { kind: "write", answer, description, entries: intended === null ? [intent] : [] };
}

/** Who, why and which request, for those who read the connection in the portal: `Approved by rule x: why [pec-...]`. */
export function describe(request: Pick<RequestIn<"applying">, "id" | "decision">): string {
  const { decision, by, reason } = request.decision;
  const tail = ` ${signatureOf(request)}`;
  const head = `${ANSWERS[decision]} by ${actorName(by, MAX_WHO_CHARACTERS)}`;
  const why = reason === "" ? "" : `: ${reason}`;
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

const foundSentence = ({ application }: ApprovalRequest, answer: Answer): string =>
  application === null
    ? `ARM showed ${answer} already; nothing was written.`
    : `ARM shows ${answer}, though the reply to our write was lost.`;
