import type { InvocationContext } from "@azure/functions";
import type { AuditRecord } from "../../shared/request/record.ts";

/** Where lines go. */
export type Log = Pick<InvocationContext, "debug" | "info" | "warn" | "error">;

/** A line in the log for a record. That somebody wrote into the store is an alert: it has the level error. */
export function logRecord(
  log: Pick<Log, "info" | "error">,
  { requestId, kind, sentence }: Pick<AuditRecord, "requestId" | "kind" | "sentence">,
): void {
  const line = `${requestId} ${kind}: ${sentence}`;
  if (kind === "distrusted") log.error(line);
  else log.info(line);
}
