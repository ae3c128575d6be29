import * as z from "zod";
import { type AuditRecord, outcomeOf, type RecordKind } from "../../request/record.ts";
import type { Outcome } from "../../request/terms.ts";

/**
 * The records that others are told of: those after which something else is asked of somebody, or another answer stands.
 *
 * Left out is what only says how the app gets there (assessed, applying, applied, missing, found), what tells nothing new
 * (reminded, policyChanged), what operators look after (delayed, interrupted), and requesterFound, which is about a person.
 */
const TOLD = [
  "received",
  "asked",
  "escalated",
  "reviewed",
  "withdrawn",
  "resumed",
  "deferred",
  "decided",
  "reopened",
] as const satisfies readonly RecordKind[];

/** What happened, as other systems hear of it. `closed` stands for every kind of record that ends a request. */
export const EventKind = z.enum([...TOLD, "closed"]);
export type EventKind = z.infer<typeof EventKind>;

/** What others are told because of a record; null when that is nothing. */
export function eventKindOf(record: AuditRecord): EventKind | null {
  if (outcomeOf(record) !== null) return "closed";
  return TOLD.find((kind) => kind === record.kind) ?? null;
}

/** The outcome that a record sets out for or comes to; null when it speaks of none. */
export function outcomeToldBy(record: AuditRecord): Outcome | null {
  if (record.kind === "decided") return record.decision === "approve" ? "approved" : "rejected";
  return outcomeOf(record);
}
