import { type ApprovalRequest, isAtRest } from "../request/request.ts";
import { reasonOf } from "../text.ts";
import { wake } from "./port.ts";
import type { ReassessNeeds } from "./reassess.ts";

/** What the use cases of people stand on. Every way to them, the API today, calls the same ones. */
export interface PeopleNeeds extends ReassessNeeds {
  /** For operators: what went wrong without stopping anything. */
  warn(line: string): void;
}

/**
 * Wakes the orchestration after a person's act, as far as that works: what is stored counts, and the next sweep wakes
 * the orchestration again.
 */
export async function wakeEventually(
  { orchestrations, warn }: PeopleNeeds,
  request: ApprovalRequest,
): Promise<void> {
  try {
    await wake(orchestrations, request, request.waitSeq);
  } catch (error) {
    warn(`The orchestration was not told; the next sweep will: ${reasonOf(error, 300)}`);
  }
}

/** The same where somebody's answer may have moved the request on: the app may have been killed before it told anybody. */
export async function wakeIfMoving(needs: PeopleNeeds, request: ApprovalRequest): Promise<void> {
  if (!isAtRest(request) && request.state !== "closed") await wakeEventually(needs, request);
}
