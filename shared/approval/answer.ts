import type { Answer, Instant, PrivateEndpointConnection } from "../connection/connection.ts";
import { actorName } from "../request/names.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest, RequestIn } from "../request/request.ts";
import { SYSTEM } from "../request/terms.ts";
import { oneLine } from "../text.ts";
import { compareSnapshot, shownEntries, signatureOf, snapshotEntries } from "./snapshot.ts";

/** What to do next to bring a decision into ARM. */
export type AnswerStep =
  /** ARM shows the answer: record it, and write nothing. */
  | { readonly kind: "done"; readonly entries: readonly Entry[] }
  /** The world moved: record that instead. */
  | { readonly kind: "moved"; readonly entries: readonly Entry[] }
  /** ARM does not show it, which may pass: look again after a pause. */
  | { readonly kind: "missing"; readonly entries: readonly Entry[]; readonly because: string }
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
  at: Instant,
): AnswerStep {
  const answer = ANSWERS[request.decision.decision];
  const isOurs = connection !== null && connection.privateEndpointId === request.privateEndpointId;
  if (isOurs && connection.status === answer) {
    return {
      kind: "done",
      entries: shownEntries(request, answer, foundSentence(request, answer, connection)),
    };
  }

  const comparison = compareSnapshot(request, connection);
  const news = snapshotEntries(request, comparison, at);
  if (comparison.kind === "missing" && !news.some(({ kind }) => kind === "superseded"))
    return { kind: "missing", entries: news, because: comparison.because };
  if (comparison.kind !== "same") return { kind: "moved", entries: news };

  const intended = request.application?.description ?? null;
  const description = intended ?? describe(request);
  const intent: Entry = {
    kind: "applying",
    actor: request.decision.by,
    answer,
    description,
    sentence: `About to write ${answer} to ARM.`,
  };
  return { kind: "write", answer, description, entries: intended === null ? [...news, intent] : news };
}

/** Who it was is shortened to no less: for a person, some of the name and the beginning of the object id. */
const MIN_WHO_CHARACTERS = 24;

/**
 * Who, why and which request, for those who read the connection in the portal: `Approved by rule x: why [pec-...]`. Where
 * that is too long, who decided is shortened first: the trail says it, but the consumer reads the reason here alone.
 */
export function describe(request: Pick<RequestIn<"applying">, "id" | "decision">): string {
  const { decision, by, reason } = request.decision;
  const tail = ` ${signatureOf(request)}`;
  const room = MAX_DESCRIPTION_CHARACTERS - tail.length;
  const head = `${ANSWERS[decision]} by `;
  const why = reason === "" ? "" : `: ${oneLine(reason, 1_000)}`;
  const left = room - head.length - why.length;
  const who = actorName(by, Math.min(Math.max(left, MIN_WHO_CHARACTERS), MAX_WHO_CHARACTERS));
  return oneLine(head + who + why, room) + tail;
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

/** What we set out to write proves no write: only its words do, which somebody may have put others over since. */
function foundSentence(
  { application }: ApprovalRequest,
  answer: Answer,
  { description }: PrivateEndpointConnection,
): string {
  if (application === null) return `ARM showed ${answer} already; nothing was written.`;
  return application.description === description
    ? `ARM shows ${answer}; the reply to our write was lost.`
    : `ARM shows ${answer}, in other words than ours: it may be somebody else's answer.`;
}
