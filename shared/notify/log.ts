import { whoIsAsked } from "../approval/consequence.ts";
import { type ApprovalRequest, whoKnows } from "../request/request.ts";
import type { Notifier } from "./port.ts";

/** Tells people through the log: one line that says where to answer. */
export function logNotifier(publicUrl: string, log: (line: string) => void): Notifier {
  const say = async (request: ApprovalRequest, what: string) => {
    const known = whoKnows(request);
    const who = known === null ? "nobody" : whoIsAsked(known);
    log(`${request.id} to ${who}: ${what}`);
  };
  return {
    asked: (request) => say(request, `please review ${publicUrl}/api/requests/${request.id}`),
    reminded: (request) => say(request, `still waits: ${publicUrl}/api/requests/${request.id}`),
    escalated: (request) => say(request, `too few have answered: ${publicUrl}/api/requests/${request.id}`),
    withdrawn: (request) => say(request, "nobody need review it any more"),
    closed: (request) => say(request, `closed, ${request.outcome}`),
  };
}
