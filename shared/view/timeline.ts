import type { Instant } from "../connection/connection.ts";
import { actorName } from "../request/names.ts";
import type { AuditRecord, RecordKind } from "../request/record.ts";
import { type Moment, momentOf } from "./row.ts";
import { allShown } from "./shown.ts";
import type { Tone } from "./words.ts";

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

/** What each kind of record is called, and how much attention it wants. */
const STEPS: Readonly<Record<RecordKind, readonly [word: string, tone: Tone]>> = {
  received: ["Received", "neutral"],
  assessed: ["Assessed", "neutral"],
  deferred: ["Deferred", "neutral"],
  policyChanged: ["Policy changed", "neutral"],
  resumed: ["Assessed again", "neutral"],
  asked: ["Asked", "waiting"],
  reminded: ["Reminded", "waiting"],
  escalated: ["Escalated", "waiting"],
  reviewed: ["Reviewed", "neutral"],
  withdrawn: ["Review withdrawn", "waiting"],
  requesterFound: ["Requester known", "neutral"],
  decided: ["Decided", "neutral"],
  applying: ["Writing", "neutral"],
  applied: ["Taken by Azure", "neutral"],
  verified: ["Verified", "neutral"],
  missing: ["Missing", "bad"],
  found: ["Found again", "neutral"],
  delayed: ["Delayed", "bad"],
  interrupted: ["Interrupted", "bad"],
  failed: ["Failed", "bad"],
  distrusted: ["Altered", "bad"],
  expired: ["Expired", "bad"],
  superseded: ["Superseded", "neutral"],
  refused: ["Left alone", "neutral"],
  reopened: ["Reopened", "waiting"],
};

/** Every kind of record. */
export const KINDS = Object.keys(STEPS) as RecordKind[];

/** What a kind of record is called. */
export const wordOf = (kind: RecordKind): string => STEPS[kind][0];

/** A trail as a picture shows it, in the order of its records. No text in it can be obeyed by a screen. */
export const timelineOf = (records: readonly AuditRecord[], now: Instant): readonly TimelineStep[] =>
  allShown(records.map((record) => stepOf(record, now)));

function stepOf(record: AuditRecord, now: Instant): TimelineStep {
  const { seq, kind, actor, sentence, at } = record;
  const [word, tone] = STEPS[kind];
  const says = answerIn(record);
  return {
    ...momentOf(at, now),
    seq,
    kind,
    word: says === null ? word : says.word,
    tone: says === null ? tone : says.tone,
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
