import { policyChangeEntries } from "../approval/policy-change.ts";
import { compareSight, sightEntries } from "../approval/snapshot.ts";
import { dueEntries } from "../approval/wait.ts";
import type { Instant } from "../connection/connection.ts";
import { Fault } from "../connection/fault.ts";
import { writeDown } from "../request/life.ts";
import type { Entry } from "../request/record.ts";
import { type ApprovalRequest, isLeft } from "../request/request.ts";
import { freshView, judgedAgainEntries } from "./judge.ts";
import { type ActivityNeeds, add } from "./needs.ts";

/** Reminds, escalates, expires, takes up again, or notices that the world moved, while a request is at rest. */
export async function followUp(
  needs: ActivityNeeds,
  request: ApprovalRequest,
  now: Instant,
): Promise<ApprovalRequest> {
  const seen = await lookAgain(needs, request);
  const due = await dueByPolicy(needs, seen, now);
  await tell(needs, seen, due);
  return add(needs.ledger, seen, due);
}

/** The end of a wait is the policy's word, too: where another one is in force, that one is asked before it is over. */
async function dueByPolicy(
  { policies }: ActivityNeeds,
  seen: ApprovalRequest,
  now: Instant,
): Promise<readonly Entry[]> {
  const due = dueEntries(seen, now);
  if (!due.some(({ kind }) => kind === "expired" || kind === "decided")) return due;
  const outdated = policyChangeEntries(seen, (await policies.current()).hash);
  return outdated.length > 0 ? outdated : due;
}

/** Told before it is written down: after a crash between the two, people hear of it twice rather than never. */
async function tell({ notifier, ledger }: ActivityNeeds, seen: ApprovalRequest, due: readonly Entry[]) {
  for (const { kind } of due) {
    if (kind === "reminded") await notifier.reminded(seen);
    if (kind === "escalated") await notifier.escalated(writeDown(seen, due, ledger.now()).request);
  }
}

/** ARM's troubles keep nobody from being reminded: nothing is approved on this look, so the next one will do. */
async function lookAgain(needs: ActivityNeeds, request: ApprovalRequest): Promise<ApprovalRequest> {
  const { connections, ledger, warn } = needs;
  try {
    const news = isLeft(request)
      ? await judgedAgainEntries(needs, request, await freshView(needs)(request))
      : sightEntries(request, compareSight(request, await connections.read(request.connectionId)));
    return await add(ledger, request, news);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    warn(`${request.id}: could not look at the connection while waiting: ${error.message}`);
    return request;
  }
}
