import { whoIsAsked } from "../approval/assess.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import type { Notifier } from "./port.ts";

/** Tells people through the log: one line that says where to answer. */
export function logNotifier(publicUrl: string, log: (line: string) => void): Notifier {
  const say = async (request: ApprovalRequest, what: string) => {
    const who = request.requirement === null ? "nobody" : whoIsAsked(request.requirement);
    log(`${request.id} to ${who}: ${what}`);
  };
  return {
    asked: (request) => say(request, `please review ${publicUrl}/api/requests/${request.id}`),
    reminded: (request) => say(request, `still waits: ${publicUrl}/api/requests/${request.id}`),
    escalated: (request) => say(request, `too few have answered: ${publicUrl}/api/requests/${request.id}`),
    closed: (request) => say(request, `closed, ${request.outcome}`),
  };
}
