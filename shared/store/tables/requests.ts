import { randomUUID } from "node:crypto";
import { ClusterId } from "../../connection/arm-id.ts";
import type { RequestId } from "../../connection/connection.ts";
import type { Change } from "../../request/life.ts";
import type { ApprovalRequest } from "../../request/request.ts";
import { ownOf, type RequestStore, type StoredApproval, type StoredRecord } from "../../request/store.ts";
import { closingOf } from "../../search/closing.ts";
import { hashOf, requestIdIn } from "./keys.ts";
import { type Records, rowsOf } from "./records.ts";
import { repairAll } from "./repair.ts";
import { KINDS } from "./rows.ts";
import { readable, sumOfReadable } from "./sum.ts";
import type { StoredRow } from "./table.ts";
import type { Views } from "./views.ts";

export interface Needs {
  readonly records: Records;
  readonly views: Views;
  /** For operators: something was left undone that is done later. */
  warn(line: string): void;
}

/** So many requests are read at once. */
const AT_ONCE = 16;
/** An append that was begun longer ago was cut off. */
export const CUT_OFF_MS = 60_000;

/** What a request needs, in tables. */
export function requestsIn({ records, views, warn }: Needs): RequestStore {
  const sumIn = (id: RequestId, kept: readonly StoredRecord[]) => ownOf(id, sumOfReadable(readable(kept)));
  const sum = async (id: RequestId) => sumIn(id, await records.of(id));

  /** Of these rows, those that find a request which is open, as it is; the others are taken away. */
  const openOf = async (rows: readonly StoredRow[]): Promise<readonly ApprovalRequest[]> => {
    const found = Map.groupBy(rows, ({ rowKey }) => requestIdIn(rowKey.split("!")[2]));
    const requests: ApprovalRequest[] = [];
    const ids = [...found.keys()].filter((id) => id !== null);
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const some = await Promise.all(ids.slice(start, start + AT_ONCE).map(sum));
      for (const request of some) {
        if (request === null) continue;
        if (request.state !== "closed") requests.push(request);
        else for (const row of found.get(request.id) ?? []) await tidy(request, row);
      }
    }
    return requests;
  };
  const tidy = async (request: ApprovalRequest, { rowKey }: StoredRow) => {
    const round = Number(rowKey.split("!")[3]);
    if (round <= request.round) await views.tidy({ ...request, round });
  };

  return {
    append: appender({ records, views, warn }),
    read: sum,
    readSealed: async (id) => {
      const kept = await records.of(id);
      const request = sumIn(id, kept);
      return request && { request, sealed: null, head: kept.at(-1) ?? null };
    },
    trail: async (id) => readable(await records.of(id)),
    whole: async (id) => {
      const kept = await records.of(id);
      const stored = kept.map(({ seq, said, seal }) => ({ seq, said, seal }));
      return { request: sumIn(id, kept), records: stored };
    },
    open: async (of) => {
      const place = "cluster" in of ? of.cluster : "connection" in of ? of.connection : of.endpoint;
      const requests = await openOf(await Array.fromAsync(views.all(KINDS.openAt, hashOf(place))));
      return requests.filter(({ clusterId, connectionId, privateEndpointId }) =>
        [clusterId, connectionId, privateEndpointId].some((one) => one === place),
      );
    },
    atRest: async (hash) => {
      const ids = new Set<RequestId>();
      for await (const { rowKey, restsUnder } of views.all(KINDS.open)) {
        const id = requestIdIn(rowKey.split("!")[1]);
        if (id !== null && restsUnder !== undefined && restsUnder !== hash) ids.add(id);
      }
      for await (const { id } of views.notes()) ids.add(id);
      return [...ids];
    },
    clustersWithOpenRequests: async () => {
      await repairAll({ records, views, warn }, CUT_OFF_MS);
      const ids = new Set<ClusterId>();
      for await (const { cluster } of views.all(KINDS.open)) {
        const { data } = ClusterId.safeParse(cluster);
        if (data !== undefined) ids.add(data);
      }
      return [...ids];
    },
    approvals: async (consumer) => {
      const approvals: StoredApproval[] = [];
      for await (const { said, seal, sealBefore } of views.all(KINDS.approval, hashOf(consumer)))
        approvals.push({ said: String(said), seal: String(seal), sealBefore: String(sealBefore) });
      return approvals;
    },
  };
}

function appender({ records, views, warn }: Needs): RequestStore["append"] {
  return async (change: Change) => {
    const { request, said } = change;
    if (change.records.length === 0) return true;
    const first = request.seq - change.records.length + 1;
    if (change.records.some(({ seq }, index) => seq !== first + index))
      throw new Error("A change has a hole.");
    if (records.isLate(change)) return false;
    const sealBefore = first === 1 ? null : await records.sealOf(request.id, first - 1);
    if (first > 1 && sealBefore === null) return false;
    const append = randomUUID();
    const rows = rowsOf(change, append);
    await views.announce(request, first, append);
    const isTaken = await records.add(change, rows, append);
    const after = isTaken
      ? views.settle({ ...change, said, sealBefore, append, closing: closingOf(change) })
      : views.withdraw(request.id, first, append);
    // The records are there or not, whatever becomes of what finds them; the note says what is left to do.
    await after.catch((error: unknown) => warn(`${request.id}: the views are behind: ${String(error)}`));
    return isTaken;
  };
}
