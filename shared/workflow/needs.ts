import type { RequestId } from "../connection/connection.ts";
import type { Clusters, Connections } from "../connection/port.ts";
import type { FactSources } from "../facts/port.ts";
import type { Notifier } from "../notify/port.ts";
import type { Policies } from "../policy-in-force/port.ts";
import type { Ledger } from "../request/ledger.ts";
import { writeDown } from "../request/life.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";

/** What it takes to judge a request. */
export interface JudgingNeeds {
  readonly ledger: Ledger;
  readonly connections: Connections;
  readonly clusters: Clusters;
  readonly policies: Policies;
  readonly facts: FactSources;
}

/** What the work of a request's life stands on. */
export interface ActivityNeeds extends JudgingNeeds {
  readonly notifier: Notifier;
  /** In [0, 1). */
  random(): number;
  /** For operators: what went wrong without stopping anything. */
  warn(line: string): void;
}

/** The request as the store has it now; it must exist. */
export async function current({ store }: Ledger, id: RequestId): Promise<ApprovalRequest> {
  const request = await store.read(id);
  if (request === null) throw new Error(`There is no request ${id}.`);
  return request;
}

/**
 * Adds entries that were computed from `seen`, unless somebody else has added something since: the store's
 * compare-and-set finds that out, so nothing is read before.
 * @returns the request as it is afterwards, read anew when nothing was added
 */
export async function add(
  ledger: Ledger,
  seen: ApprovalRequest,
  entries: readonly Entry[],
): Promise<ApprovalRequest> {
  const { records, request } = writeDown(seen, entries, ledger.now());
  if (records.length === 0 || !(await ledger.store.append(records, request))) {
    return current(ledger, seen.id);
  }
  for (const record of records) ledger.told(record);
  return request;
}
