import { type Instant, instant, type PrivateEndpointConnection } from "../connection/connection.ts";
import type { Fault } from "../connection/fault.ts";
import { pauseAfterFailureMs } from "../connection/retry.ts";
import { type Entry, SYSTEM } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import { oneLine } from "../text.ts";
import { compareSight } from "./snapshot.ts";

const WRITE_ACTION = "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write";

/** What a person must do before it can work; null when we do not know. */
function hintFor(fault: Fault): string | null {
  switch (fault.code) {
    case "FORBIDDEN":
      return `Give the app's identity a role with ${WRITE_ACTION} and the matching read actions on the cluster.`;
    case "DENIED_BY_POLICY":
      return "An Azure Policy assignment denies this write; exempt the cluster or the app, or change the assignment.";
    case "THROTTLED":
    case "BUSY":
    case "UNREACHABLE":
      return "It was tried again and again; look at the health of ARM and of the cluster.";
    default:
      return null;
  }
}

/** The request is given up for now: what ARM said, what a person can do, and when the sweep tries again. */
export function failureEntries(request: ApprovalRequest, fault: Fault, at: Instant): readonly Entry[] {
  if (request.state === "closed") return [];
  const code = fault.armCode ?? fault.code;
  const message = oneLine(fault.message, 500);
  const retryAt = instant(Date.parse(at) + pauseAfterFailureMs(request.failures + 1));
  return [
    {
      kind: "failed",
      actor: SYSTEM,
      correlationId: fault.correlationId ?? null,
      code,
      message,
      hint: hintFor(fault),
      retryAt,
      sentence: `Failed with ${code}: ${message} It is tried again after ${retryAt}.`,
    },
  ];
}

/** Takes up a request that failed although its write took effect: ARM shows the answer, and only the proof is missing. */
export function proofEntries(
  request: ApprovalRequest,
  connection: PrivateEndpointConnection,
): readonly Entry[] {
  const { outcome, intent, decision } = request;
  const { status } = connection;
  const isOurs = intent?.answer === status || compareSight(request, connection).kind === "answered";
  if (outcome !== "failed" || !isOurs) return [];
  const resume = decision === null ? "assessing" : "applying";
  const sentence = `ARM shows ${status} after all.`;
  return [{ kind: "reopened", actor: SYSTEM, reason: "answered", resume, sentence }];
}

/** Takes up a failed request again when its pause is over; a decision that came of asking people stands. */
export function retryEntries(request: ApprovalRequest, now: Instant): readonly Entry[] {
  const { outcome, failure, decision, requirement } = request;
  if (outcome !== "failed" || failure === null || Date.parse(now) < Date.parse(failure.retryAt)) return [];
  const resume = decision !== null && requirement !== null ? "applying" : "assessing";
  return [
    { kind: "reopened", actor: SYSTEM, reason: "retry", resume, sentence: "Tried again after a failure." },
  ];
}
