import { type AnswerStep, applied, nextAnswerStep } from "../approval/answer.ts";
import { policyChangeEntries, TAKES_TURNS, takesTurns } from "../approval/policy-change.ts";
import { isRejectedByPolicy } from "../approval/rejection-delay.ts";
import type { PrivateEndpointConnection } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { amendIfUnchanged, audit, distrust } from "../request/ledger.ts";
import type { AuditRecord, Entry } from "../request/record.ts";
import type { ApprovalRequest, RequestIn } from "../request/request.ts";
import { holdRejection } from "./judge.ts";
import type { JudgingNeeds, WritingNeeds } from "./needs.ts";
import { checkWrites, recheckEntries } from "./recheck.ts";

/**
 * Brings the decision into ARM: add up, read again, intent, PUT, verify. Repeating it after any crash writes at most the
 * same.
 *
 * What is brought there is the sum of the records and not the request as the store has it, which whoever writes to the
 * store could have made up. Where the two differ, or a record is not ours, nothing is written.
 *
 * What ARM shows comes first, since an answer that is there needs no policy's leave; and the decision is made again
 * last, since much may have changed while ARM was slow, or while the write was put off.
 */
export async function apply(needs: WritingNeeds, stored: RequestIn<"applying">): Promise<ApprovalRequest> {
  const account = await audit(needs.ledger, stored.id);
  if (account.kind === "altered") return distrust(needs.ledger, account);
  const { request: seen, trail } = account;
  // Somebody else wrote in between: the orchestrator looks again.
  if (seen.state !== "applying" || seen.round !== stored.round) return seen;
  const connection = await needs.connections.read(seen.connectionId);
  const step = nextAnswerStep(seen, connection, needs.ledger.now());
  if (step.kind !== "write" || connection === null) return settle(needs, seen, step);
  if (seen.application?.isTaken) throw stillPending(seen);
  await checkWrites(needs.writes, seen);
  const outdated = await outdatedEntries(needs, seen, trail);
  const instead = outdated.length > 0 ? outdated : await recheckEntries(needs, seen, trail);
  if (instead.length > 0) return amendIfUnchanged(needs.ledger, seen, instead);
  if (isRejectedByPolicy(seen)) await holdRejection(needs);
  const request = await amendIfUnchanged(needs.ledger, seen, step.entries);
  // Somebody else wrote in between: the orchestrator looks again. A later round may have decided otherwise.
  if (request.seq !== seen.seq + step.entries.length) return request;
  if (request.state !== "applying" || request.application === null) return request;
  return write(needs, request, connection, step);
}

/** Writes down what a look came to where nothing is to be written to ARM. */
async function settle(
  { ledger }: JudgingNeeds,
  seen: ApprovalRequest,
  step: AnswerStep,
): Promise<ApprovalRequest> {
  const request = await amendIfUnchanged(ledger, seen, step.entries);
  if (step.kind === "missing") throw new Fault("UNREACHABLE", `${step.because} It is looked for again.`);
  return request;
}

/** While two instances of the app have different policies, the word of neither is written, nor assessed again without end. */
async function outdatedEntries(
  { ledger, policies }: JudgingNeeds,
  seen: ApprovalRequest,
  trail: readonly AuditRecord[],
): Promise<readonly Entry[]> {
  const { policy, since } = await policies.inForce();
  const { hash } = policy;
  const outdated = policyChangeEntries(seen, hash);
  if (outdated.length > 0 && takesTurns(trail, { hash, since }, ledger.now())) {
    throw new Fault("BUSY", TAKES_TURNS, { retryAfterMs: PAUSE_MS });
  }
  return outdated;
}

const PAUSE_MS = 60_000;

async function write(
  needs: WritingNeeds,
  request: RequestIn<"applying">,
  connection: PrivateEndpointConnection,
  { answer, description }: Extract<AnswerStep, { kind: "write" }>,
): Promise<ApprovalRequest> {
  const { connections, ledger } = needs;
  let correlationId: string | null;
  try {
    correlationId = await connections.answer(connection, answer, description);
  } catch (error) {
    return movedOrThrow(needs, request, error);
  }
  const written = await amendIfUnchanged(ledger, request, [applied(answer, correlationId)]);
  if (written.state !== "applying") return written;
  const step = nextAnswerStep(written, await connections.look(connection.id), ledger.now());
  if (step.kind === "write") throw stillPending(written);
  return settle(needs, written, step);
}

/**
 * ARM refuses a write that it would have taken a moment ago, since somebody may have answered between our read and our
 * write; or its reply is none, and says nothing about the write. A look tells.
 */
async function movedOrThrow(
  needs: JudgingNeeds,
  request: RequestIn<"applying">,
  error: unknown,
): Promise<ApprovalRequest> {
  if (!(error instanceof Fault) || !(error.code === "REFUSED" || error.code === "UNREADABLE")) throw error;
  const shown = await needs.connections.read(request.connectionId);
  const step = nextAnswerStep(request, shown, needs.ledger.now());
  if (step.kind === "write") throw error;
  return settle(needs, request, step);
}

const stillPending = (request: ApprovalRequest) =>
  new Fault("UNREACHABLE", `ARM took the answer, but still shows ${request.connectionId} as Pending.`);
