import type { Instant } from "../../shared/connection/connection.ts";
import type { Runs } from "../../shared/health/port.ts";
import type { Change } from "../../shared/request/life.ts";
import { type AuditRecord, outcomeOf } from "../../shared/request/record.ts";
import type { Search } from "../../shared/search/port.ts";
import { termOf } from "../../shared/search/terms.ts";
import { waitingIn } from "../../shared/search/waiting.ts";
import { count, gauge, took } from "../../shared/telemetry/metrics.ts";

const WAITING = { terms: [termOf("state", "waiting")] };

/** Counts what a change did to its request. */
export function measureChange({ records, request }: Pick<Change, "records" | "request">): void {
  const [rule] = request.verdict?.decidedBy ?? [];
  for (const record of records) {
    measureRecord(record, { rule: rule?.name ?? "none", since: request.takenUpAt });
    const outcome = outcomeOf(record);
    if (outcome !== null) count("pec.closed", { outcome });
  }
}

function measureRecord(
  record: AuditRecord,
  { rule, since }: { readonly rule: string; readonly since: Instant },
): void {
  if (record.kind === "received" && record.seq === 1) count("pec.received", { source: record.source });
  if (record.kind === "distrusted") count("pec.trail.altered");
  if (record.kind !== "decided") return;
  const how = { outcome: record.decision, path: record.actor.kind === "rule" ? "policy" : "people" };
  count("pec.decisions", { ...how, rule });
  took("pec.decision.duration", secondsBetween(since, record.at), how);
}

/** Tells how the app's own work and what waits for people stand now. */
export async function measureStanding(
  { search, runs }: { readonly search: Search; readonly runs: Runs },
  now: Instant,
): Promise<void> {
  const { sweep, digests } = await runs.last();
  if (sweep?.wellAt) gauge("poll.lag", secondsBetween(sweep.wellAt, now));
  if (digests?.wellAt) gauge("audit.digest.age", secondsBetween(digests.wellAt, now));
  const { waiting, oldest } = await waitingIn(search, now);
  const { items } = await search.requests({ ...WAITING, by: "deadline", limit: 1, cursor: null });
  gauge("pec.pending.count", waiting.total);
  gauge("pec.pending.age", oldest === null ? 0 : secondsBetween(oldest.receivedAt, now));
  gauge("pec.pending.overdue", items[0]?.deadline ? secondsBetween(items[0].deadline, now) : 0);
}

/** Clocks differ: never less than none. */
const secondsBetween = (from: Instant, to: Instant): number =>
  Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
