import { type ApplyStep, applied, nextApplyStep } from "../approval/answer.ts";
import { policyChangeEntries, TAKES_TURNS, takesTurns } from "../approval/policy-change.ts";
import type { PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest, Decision } from "../request/request.ts";
import { type ActivityNeeds, add } from "./needs.ts";

/**
 * Brings the decision into ARM: read again, intent, PUT, verify. Repeating it after any crash writes at most the same.
 *
 * What ARM shows comes first, since an answer that is there needs no policy's leave; and the policy in force is asked
 * last, since another one may have come while ARM was slow, or while the write was put off.
 */
export async function apply(needs: ActivityNeeds, seen: ApprovalRequest): Promise<ApprovalRequest> {
  const connection = await needs.connections.read(seen.connectionId);
  const step = nextApplyStep(seen, decisionOf(seen), connection);
  if (step.kind !== "write" || connection === null) return add(needs.ledger, seen, step.entries);
  const outdated = await outdatedEntries(needs, seen);
  if (outdated.length > 0) return add(needs.ledger, seen, outdated);
  const request = await add(needs.ledger, seen, step.entries);
  // Somebody else wrote in between: the orchestrator looks again. A later round may have decided otherwise.
  if (request.seq !== seen.seq + step.entries.length) return request;
  if (request.state !== "applying" || request.intent === null) return request;
  if (request.applied) throw stillPending(request);
  return write(needs, request, connection, step);
}

/** While two instances of the app have different policies, neither's word is written, nor judged anew without end. */
async function outdatedEntries(
  { ledger, policies }: ActivityNeeds,
  seen: ApprovalRequest,
): Promise<readonly Entry[]> {
  const { hash } = await policies.current();
  const outdated = policyChangeEntries(seen, hash);
  if (outdated.length > 0 && takesTurns(await ledger.store.trail(seen.id), hash, ledger.now())) {
    throw new Fault("BUSY", TAKES_TURNS, { retryAfterMs: PAUSE_MS });
  }
  return outdated;
}

const PAUSE_MS = 60_000;

async function write(
  needs: ActivityNeeds,
  request: ApprovalRequest,
  connection: PrivateEndpointConnection,
  { answer, description }: Extract<ApplyStep, { kind: "write" }>,
): Promise<ApprovalRequest> {
  const { connections, ledger } = needs;
  let correlationId: string | null;
  try {
    correlationId = await connections.answer(connection, answer, description);
  } catch (error) {
    return movedOrThrow(needs, request, error);
  }
  const written = await add(ledger, request, [applied(answer, correlationId)]);
  if (written.state !== "applying") return written;
  const step = nextApplyStep(written, decisionOf(written), await connections.read(connection.id));
  if (step.kind === "write") throw stillPending(written);
  return add(ledger, written, step.entries);
}

/** ARM refuses a write that it would have taken a moment ago: somebody may have answered between our read and our write. */
async function movedOrThrow(
  { connections, ledger }: ActivityNeeds,
  request: ApprovalRequest,
  error: unknown,
): Promise<ApprovalRequest> {
  if (!(error instanceof Fault) || error.code !== "REFUSED") throw error;
  const step = nextApplyStep(request, decisionOf(request), await connections.read(request.connectionId));
  if (step.kind === "write") throw error;
  return add(ledger, request, step.entries);
}

function decisionOf(request: ApprovalRequest): Decision {
  if (request.decision === null)
    throw new Error(`The request ${request.id} is ${request.state} without a decision.`);
  return request.decision;
}

const stillPending = (request: ApprovalRequest) =>
  new Fault("UNREACHABLE", `ARM took the answer, but still shows ${request.connectionId} as Pending.`);
