import { mayFollow, project, sumOf } from "../../request/life.ts";
import { type AuditRecord, type RecordOf, recordIn } from "../../request/record.ts";
import type { ApprovalRequest } from "../../request/request.ts";
import type { StoredRecord } from "../../request/store.ts";

/** Those that can be read. */
export const readable = (records: readonly StoredRecord[]): readonly AuditRecord[] =>
  records.flatMap((record) => recordIn(record) ?? []);

/**
 * The request that records make. What cannot be read, or cannot follow, is left out: what was recorded because of it, and
 * what came after, still counts. Where it is not known how it began, it is a request of which nothing is known but its
 * place, so that it can be distrusted. Null when there is no record.
 */
export function sumOfReadable(records: readonly AuditRecord[]): ApprovalRequest | null {
  const start = records.findIndex(({ kind }) => kind === "received");
  const first = records[Math.max(start, 0)];
  if (first === undefined) return null;
  return records
    .slice(start + 1)
    .reduce(
      (request, record) => (mayFollow(request.state, record.kind) ? project(request, record) : request),
      sumOf([first.kind === "received" ? first : beginningOf(first)]),
    );
}

const beginningOf = (record: AuditRecord): RecordOf<"received"> => ({
  ...record,
  kind: "received",
  requestMessage: "",
  source: "sweep",
  flags: [],
});
