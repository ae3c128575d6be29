import type { Instant } from "../connection/connection.ts";
import { actorName, consumerNameAfter } from "../request/names.ts";
import type { AuditRecord, RecordKind } from "../request/record.ts";
import { type Moment, momentOf } from "./row.ts";
import { allShown } from "./shown.ts";
import { capital, type Tone } from "./words.ts";

/** One step of a request's life, as its timeline shows it. */
export interface TimelineStep extends Moment {
  /** Number of the record. */
  readonly seq: number;
  readonly kind: RecordKind;
  /** What happened, in a word or two. */
  readonly word: string;
  readonly tone: Tone;
  readonly who: string;
  readonly sentence: string;
}

/** How much attention each kind of record wants. */
const TONES: Readonly<Record<RecordKind, Tone>> = {
  received: "neutral",
  assessed: "neutral",
  deferred: "neutral",
  policyChanged: "neutral",
  resumed: "neutral",
  asked: "waiting",
  reminded: "waiting",
  escalated: "waiting",
  reviewed: "neutral",
  withdrawn: "waiting",
  requesterFound: "neutral",
  decided: "neutral",
  applying: "neutral",
  applied: "neutral",
  verified: "neutral",
  missing: "bad",
  found: "neutral",
  delayed: "bad",
  interrupted: "bad",
  failed: "bad",
  distrusted: "bad",
  expired: "bad",
  superseded: "neutral",
  refused: "neutral",
  reopened: "waiting",
};

/** What kinds of records are called whose names are no words for people. */
const WORDS: Partial<Record<RecordKind, string>> = {
  policyChanged: "Policy changed",
  resumed: "Assessed again",
  withdrawn: "Review withdrawn",
  requesterFound: "Requester known",
  applying: "Writing",
  applied: "Taken by Azure",
  found: "Found again",
  distrusted: "Altered",
  refused: "Left alone",
};

/** Every kind of record. */
export const KINDS = Object.keys(TONES) as RecordKind[];

/** What a kind of record is called. */
export const wordOf = (kind: RecordKind): string => WORDS[kind] ?? capital(kind);

/**
 * A trail as a picture shows it, in the order of its records, with the consumer's subscription by its name as last known. No
 * text in it can be obeyed by a screen.
 */
export function timelineOf(records: readonly AuditRecord[], now: Instant): readonly TimelineStep[] {
  const name = records.reduce(consumerNameAfter, null);
  return allShown(records.map((record) => stepOf(record, name, now)));
}

function stepOf(record: AuditRecord, name: string | null, now: Instant): TimelineStep {
  const { seq, kind, actor, at, consumerSubscription } = record;
  const answer = answerIn(record);
  return {
    ...momentOf(at, now),
    seq,
    kind,
    word: answer === null ? wordOf(kind) : `${wordOf(kind)}: ${answer}`,
    tone: answer === null ? TONES[kind] : answer.startsWith("approve") ? "good" : "bad",
    who: actorName(actor),
    sentence:
      name === null
        ? record.sentence
        : record.sentence.replace(`subscription ${consumerSubscription}`, () => `subscription "${name}"`),
  };
}

/** The yes or no that some kinds of records carry: it is what people look for first. */
function answerIn(record: AuditRecord): string | null {
  switch (record.kind) {
    case "reviewed":
      return record.review;
    case "decided":
      return record.decision;
    case "verified":
      return record.answer.toLowerCase();
    default:
      return null;
  }
}
