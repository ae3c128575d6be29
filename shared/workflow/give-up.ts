import { failureEntries } from "../approval/fail.ts";
import { Fault } from "../connection/fault.ts";
import { amend } from "../request/ledger.ts";
import type { Round } from "./contract.ts";
import type { ActivityNeeds } from "./needs.ts";

/** What exactly broke is in the app's log, for those who may read it. */
const BROKEN = new Fault("BROKEN", "The app could not go on with this request; its log says why.");

/** Records that the orchestration of a round broke: a bug of ours, or a store that stayed away. */
export async function giveUp(
  { ledger }: Pick<ActivityNeeds, "ledger">,
  { requestId, round }: Round,
): Promise<null> {
  await amend(ledger, requestId, (now) =>
    now.round === round ? failureEntries(now, BROKEN, ledger.now()) : [],
  );
  return null;
}
