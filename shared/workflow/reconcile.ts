import { isInterrupted, proofEntries, retryEntries } from "../approval/fail.ts";
import { returnEntries } from "../approval/reopen.ts";
import { compareSnapshot, received, snapshotEntries } from "../approval/snapshot.ts";
import { type PrivateEndpointConnection, requestIdOf } from "../connection/connection.ts";
import type { Connections } from "../connection/port.ts";
import { amend, type Ledger, open } from "../request/ledger.ts";
import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import type { HintSource } from "../request/terms.ts";
import { type Orchestrations, wake } from "./port.ts";

export interface ReconcileNeeds {
  readonly ledger: Ledger;
  readonly connections: Connections;
  readonly orchestrations: Orchestrations;
}

/**
 * Brings our requests in line with a connection, as ARM showed it just now. Saying the same a hundred times makes one
 * request.
 * @returns whether a request was opened
 */
export async function reconcile(
  needs: ReconcileNeeds,
  shown: PrivateEndpointConnection,
  source: HintSource,
): Promise<boolean> {
  const connection = await withEndpoint(needs, shown);
  const id = requestIdOf(connection.id, connection.privateEndpointId);
  const others = await needs.ledger.store.open({ connection: connection.id });
  for (const other of others) if (other.id !== id) await reconcileRequest(needs, other, connection);

  const request = await needs.ledger.store.read(id);
  if (request === null) return connection.status === "Pending" && begin(needs, connection, source);
  if (request.state !== "closed") await reconcileRequest(needs, request, connection);
  else await reopenIfPending(needs, request, connection, source);
  return false;
}

/** A list may leave out whose connection it is, which a read of it alone names: the endpoint is a part of a request's id. */
async function withEndpoint(
  { connections }: ReconcileNeeds,
  shown: PrivateEndpointConnection,
): Promise<PrivateEndpointConnection> {
  if (shown.privateEndpoint !== null) return shown;
  return (await connections.read(shown.id)) ?? shown;
}

async function begin(
  { ledger, orchestrations }: ReconcileNeeds,
  connection: PrivateEndpointConnection,
  source: HintSource,
): Promise<boolean> {
  const { clusterId, privateEndpointId, id: connectionId } = connection;
  const entry = received({ connectionId, clusterId, privateEndpointId, source }, connection.description);
  const { request, isNew } = await open(ledger, connection, entry);
  await orchestrations.start(request);
  return isNew;
}

/**
 * Lets an open request know what ARM shows (null: nothing), and makes sure that its orchestration runs, unless it waits
 * for the end of an interruption.
 *
 * Only a request at rest is moved from here, and only by a fresh read: what a list shows may be stale, and reviews that
 * were given must not be lost to that. In the other states the orchestration looks for itself before it does anything.
 */
export async function reconcileRequest(
  { ledger, connections, orchestrations }: ReconcileNeeds,
  seen: ApprovalRequest,
  shown: PrivateEndpointConnection | null,
): Promise<void> {
  const isNews = isAtRest(seen) && (seen.missing !== null || compareSnapshot(seen, shown).kind !== "same");
  const connection = isNews ? await connections.read(seen.connectionId) : shown;
  const { request } = await amend(ledger, seen.id, (now) =>
    isNews && isAtRest(now) ? snapshotEntries(now, compareSnapshot(now, connection), ledger.now()) : [],
  );
  // A wait that is over is told again each time: the app may have been killed before it told the orchestration.
  if (!isAtRest(request)) await wake(orchestrations, request, seen.waitSeq);
  else if (!isInterrupted(request, ledger.now())) await orchestrations.start(request);
}

/** Takes up a closed request when a fresh read of the connection gives a reason to; what a list shows may be stale. */
async function reopenIfPending(
  { ledger, connections, orchestrations }: ReconcileNeeds,
  seen: ApprovalRequest,
  shown: PrivateEndpointConnection,
  source: HintSource,
): Promise<void> {
  const reasons = (now: ApprovalRequest, connection: PrivateEndpointConnection) =>
    connection.status === "Pending"
      ? [...retryEntries(now, ledger.now(), source), ...returnEntries(now)]
      : proofEntries(now, connection, ledger.now());
  if (reasons(seen, shown).length === 0) return;
  const fresh = await connections.read(seen.connectionId);
  if (fresh === null || fresh.privateEndpointId !== seen.privateEndpointId) return;
  const { request } = await amend(ledger, seen.id, (now) => reasons(now, fresh));
  if (request.state !== "closed") await orchestrations.start(request);
}
