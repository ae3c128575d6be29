import { failureEntries } from "../approval/fail.ts";
import { Fault } from "../connection/fault.ts";
import { amend } from "../request/ledger.ts";
import { count } from "../telemetry/metrics.ts";
import type { Broken, RoundStatus } from "./contract.ts";
import { statusOf } from "./contract.ts";
import type { ActivityNeeds } from "./needs.ts";

/** What exactly broke is in the app's log, for those who may read it. */
const BROKEN = new Fault("BROKEN", "The app could not go on with this request; its log says why.");

/**
 * Records that the orchestration of a round broke: a bug of ours, or a store that stayed away. Not where the request has
 * moved on since, because people decided meanwhile: that is not what broke.
 * @returns where the request stands for the round; something that the orchestration did not know when it has moved on
 */
export async function giveUp(
  { ledger }: Pick<ActivityNeeds, "ledger">,
  { requestId, round, status }: Broken,
): Promise<RoundStatus> {
  count("orchestrations.failed");
  const { request } = await amend(ledger, requestId, (now) => {
    const isWhereItBroke =
      now.round === round &&
      (status === null || (now.state === status.state && now.waitSeq === status.waitSeq));
    return isWhereItBroke ? failureEntries(now, BROKEN, ledger.now()) : [];
  });
  return statusOf(request, round);
}
