import { type Instant, instant, type PrivateEndpointConnection } from "../connection/connection.ts";
import type { Fault } from "../connection/fault.ts";
import { pauseAfterFailureMs, pauseAfterInterruptionMs } from "../connection/retry.ts";
import type { Entry } from "../request/record.ts";
import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import { SYSTEM } from "../request/terms.ts";
import { oneLine } from "../text.ts";
import { compareSnapshot } from "./snapshot.ts";

const WRITE_ACTION = "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write";

/** What a person must do before it can work; null when we do not know. */
function hintFor(fault: Fault): string | null {
  switch (fault.code) {
    case "FORBIDDEN":
      return `Give the app's identity a role with ${WRITE_ACTION} and the matching read actions on the cluster.`;
    case "DENIED_BY_POLICY":
      return "An Azure Policy assignment denies this write; exempt the cluster or the app, or change the assignment.";
    case "OUT_OF_SCOPE":
      return "Name the cluster in CLUSTER_SCOPES if it is to be answered.";
    case "THROTTLED":
    case "BUSY":
    case "UNREACHABLE":
      return "It was tried again and again; look at the health of ARM and of the cluster.";
    default:
      return null;
  }
}

/**
 * The app gives up for now. A request that is open fails, and is taken up again by the sweep; one that is at rest stays
 * as it is, with everything that people were asked and said: only nothing looks after it until then.
 */
export function failureEntries(request: ApprovalRequest, fault: Fault, at: Instant): readonly Entry[] {
  if (request.state === "closed") return [];
  const code = fault.armCode ?? fault.code;
  const message = oneLine(fault.message, 500);
  const trouble = {
    actor: SYSTEM,
    correlationId: fault.correlationId ?? null,
    code,
    message,
    hint: hintFor(fault),
  };
  if (isAtRest(request)) {
    const pauseMs = pauseAfterInterruptionMs((request.interruption?.count ?? 0) + 1);
    const retryAt = instant(Date.parse(at) + pauseMs);
    const sentence = `Interrupted by ${code}: ${message} The request stays as it is; the app goes on after ${retryAt}.`;
    return [{ kind: "interrupted", ...trouble, retryAt, sentence }];
  }
  const retryAt = instant(Date.parse(at) + pauseAfterFailureMs(request.failures + 1));
  const sentence = `Failed with ${code}: ${message} It is tried again after ${retryAt}.`;
  return [{ kind: "failed", ...trouble, retryAt, sentence }];
}

/** Whether a request waits for the end of an interruption, until which no orchestration is started for it. */
export const isInterrupted = ({ interruption }: ApprovalRequest, now: Instant): boolean =>
  interruption !== null && Date.parse(now) < Date.parse(interruption.retryAt);

/** Takes up a request that failed although its write took effect: ARM shows the answer, and only the proof is missing. */
export function proofEntries(
  request: ApprovalRequest,
  connection: PrivateEndpointConnection,
): readonly Entry[] {
  const { application, closure, decision } = request;
  const { status } = connection;
  const isOurs = application?.answer === status || compareSnapshot(request, connection).kind === "answered";
  if (closure?.outcome !== "failed" || !isOurs) return [];
  const resume = decision === null ? "assessing" : "applying";
  const sentence = `ARM shows ${status} after all.`;
  return [{ kind: "reopened", actor: SYSTEM, reason: "answered", resume, sentence }];
}

/** Takes up a failed request again when its pause is over; a decision that came of asking people stands. */
export function retryEntries({ ask, closure, decision }: ApprovalRequest, now: Instant): readonly Entry[] {
  if (closure?.outcome !== "failed" || Date.parse(now) < Date.parse(closure.failure.retryAt)) return [];
  const resume = decision !== null && ask !== null ? "applying" : "assessing";
  return [
    { kind: "reopened", actor: SYSTEM, reason: "retry", resume, sentence: "Tried again after a failure." },
  ];
}
