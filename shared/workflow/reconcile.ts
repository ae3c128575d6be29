import { proofEntries, retryEntries } from "../approval/fail.ts";
import { returnEntries } from "../approval/reopen.ts";
import { compareSight, received, sightEntries } from "../approval/snapshot.ts";
import { type PrivateEndpointConnection, requestIdOf } from "../connection/connection.ts";
import type { Connections } from "../connection/port.ts";
import { amend, type Ledger } from "../request/ledger.ts";
import { openRequest } from "../request/life.ts";
import type { HintSource } from "../request/record.ts";
import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import type { Orchestrations } from "./port.ts";

export interface TakeNeeds {
  readonly ledger: Ledger;
  readonly connections: Connections;
  readonly orchestrations: Orchestrations;
}

/**
 * Takes a connection, as ARM showed it just now, into our care. Saying the same a hundred times makes one request.
 * @returns whether a request was opened
 */
export async function takeConnection(
  needs: TakeNeeds,
  connection: PrivateEndpointConnection,
  source: HintSource,
): Promise<boolean> {
  const id = requestIdOf(connection.id, connection.privateEndpointId);
  const others = await needs.ledger.store.open({ connection: connection.id });
  for (const other of others) if (other.id !== id) await catchUp(needs, other, connection);

  const request = await needs.ledger.store.read(id);
  if (request === null) return connection.status === "Pending" && open(needs, connection, source);
  if (request.state !== "closed") await catchUp(needs, request, connection);
  else await takeUpAgain(needs, request, connection);
  return false;
}

async function open(
  needs: TakeNeeds,
  connection: PrivateEndpointConnection,
  source: HintSource,
): Promise<boolean> {
  const { ledger, orchestrations } = needs;
  const { clusterId, privateEndpointId, id: connectionId } = connection;
  const entry = received({ connectionId, clusterId, privateEndpointId, source }, connection.description);
  const { records, request } = openRequest(connection, source, entry, ledger.now());
  const isFirst = await ledger.store.append(records, request);
  if (isFirst) for (const record of records) ledger.told(record);
  await orchestrations.start(request);
  return isFirst;
}

/**
 * Lets a request that is not closed know what ARM shows (null: nothing), and makes sure that its orchestration runs.
 * Only a rest is ended from here, and only by a fresh read: what a list shows may be stale, and reviews that were given
 * must not be lost to that. The other states look for themselves before they do anything.
 */
export async function catchUp(
  { ledger, connections, orchestrations }: TakeNeeds,
  request: ApprovalRequest,
  shown: PrivateEndpointConnection | null,
): Promise<void> {
  const isNews = isAtRest(request) && compareSight(request, shown).kind !== "same";
  const connection = isNews ? await connections.read(request.connectionId) : shown;
  const after = await amend(ledger, request.id, (now) =>
    isNews && isAtRest(now) ? sightEntries(now, compareSight(now, connection)) : [],
  );
  if (after.state !== "closed") await orchestrations.start(after);
  // Also when the rest ended some time ago: the one who ended it may have been killed before it said so.
  if (request.askedSeq !== null && !isAtRest(after)) {
    await orchestrations.settle(after, request.askedSeq);
  }
}

/** What closed without an answer is taken up again when there is a reason to; what a list shows may be stale. */
async function takeUpAgain(
  { ledger, connections, orchestrations }: TakeNeeds,
  request: ApprovalRequest,
  connection: PrivateEndpointConnection,
): Promise<void> {
  const again = (now: ApprovalRequest, shown: PrivateEndpointConnection) =>
    shown.status === "Pending"
      ? [...retryEntries(now, ledger.now()), ...returnEntries(now)]
      : proofEntries(now, shown);
  if (again(request, connection).length === 0) return;
  const fresh = await connections.read(request.connectionId);
  if (fresh === null || fresh.privateEndpointId !== request.privateEndpointId) return;
  const after = await amend(ledger, request.id, (now) => again(now, fresh));
  if (after.state !== "closed") await orchestrations.start(after);
}
