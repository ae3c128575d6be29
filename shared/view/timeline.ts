import type { Instant } from "../connection/connection.ts";
import { actorName } from "../request/names.ts";
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

/** A trail as a picture shows it, in the order of its records. No text in it can be obeyed by a screen. */
export const timelineOf = (records: readonly AuditRecord[], now: Instant): readonly TimelineStep[] =>
  allShown(records.map((record) => stepOf(record, now)));

function stepOf(record: AuditRecord, now: Instant): TimelineStep {
  const { seq, kind, actor, sentence, at } = record;
  const says = answerIn(record);
  return {
    ...momentOf(at, now),
    seq,
    kind,
    word: says?.word ?? wordOf(kind),
    tone: says?.tone ?? TONES[kind],
    who: actorName(actor),
    sentence,
  };
}

const YES_NO = {
  approve: { word: "approve", tone: "good" },
  reject: { word: "reject", tone: "bad" },
  Approved: { word: "approved", tone: "good" },
  Rejected: { word: "rejected", tone: "bad" },
} as const;

/** The yes or no that some kinds of records carry: it is what people look for first. */
function answerIn(record: AuditRecord): { readonly word: string; readonly tone: Tone } | null {
  switch (record.kind) {
    case "reviewed":
      return said("Review", record.review);
    case "decided":
      return said("Decision", record.decision);
    case "verified":
      return said("Verified", record.answer);
    default:
      return null;
  }
}

const said = (what: string, answer: keyof typeof YES_NO) => ({
  word: `${what}: ${YES_NO[answer].word}`,
  tone: YES_NO[answer].tone,
});
