import type { ApprovalRequest } from "../request/request.ts";
import { screenOf } from "../view/index.ts";
import type { Api } from "./api.ts";
import { readRequest } from "./look.ts";
import { NoAnswer, Refusal } from "./problems.ts";
import type { Terminal } from "./terminal.ts";

/** As long as ARM and its ways usually take; who waits longer looks again. */
const PATIENCE_MS = 5 * 60_000;
/** At least, and a tenth of what was waited so far: each look is kept in the trail of accesses. */
const PAUSE_MS = 1_000;

const RESTS: ReadonlySet<ApprovalRequest["state"]> = new Set(["waiting", "deferred", "closed"]);

/** What was recorded, as it was when it was last seen. */
interface Seen {
  readonly request: ApprovalRequest;
  /** Why nothing newer could be seen; null where it could. */
  readonly trouble: Refusal | NoAnswer | null;
}

/**
 * Waits until the app has done what it can, and says on the way what it does. An app that starts anew is waited for as well;
 * a token that is over by then takes back nothing that was recorded.
 */
export async function untilItRests(api: Api, request: ApprovalRequest, terminal: Terminal): Promise<Seen> {
  const since = Date.parse(terminal.now());
  const waitedMs = () => Date.parse(terminal.now()) - since;
  let seen: Seen = { request, trouble: null };
  let told = "";
  while (!isAtRest(seen.request) && waitedMs() < PATIENCE_MS) {
    const says = statusOf(seen.request, api).sentence;
    if (says !== told) terminal.err(`${says}\n`);
    told = says;
    await terminal.pause(Math.max(PAUSE_MS, waitedMs() / 10));
    seen = await seeAgain(api, seen.request);
    if (seen.trouble instanceof Refusal) break;
  }
  return seen;
}

async function seeAgain(api: Api, last: ApprovalRequest): Promise<Seen> {
  try {
    return { request: (await readRequest(api, last.id)).request, trouble: null };
  } catch (error) {
    if (error instanceof Refusal || error instanceof NoAnswer) return { request: last, trouble: error };
    throw error;
  }
}

/** Whether the app has done what it can. */
export const isAtRest = ({ state }: ApprovalRequest): boolean => RESTS.has(state);

/** What holds of something that was recorded, and did not come to rest within our patience. */
export function unsettled({ request: { id, state }, trouble }: Seen): string {
  const stands =
    state === "applying"
      ? "The decision is recorded, and Azure has not answered yet."
      : "It is recorded, and the app has not assessed it yet.";
  const unseen = trouble === null ? "" : `\nHow it stands now cannot be seen. ${trouble.message}`;
  return `${stands} The app goes on by itself; to look again: npm run approvals -- show ${id}${unseen}`;
}

/** Where a request stands, as its screen says it. */
export const statusOf = (request: ApprovalRequest, { now }: Pick<Api, "now">) =>
  screenOf({ request, facts: null, viewer: null, recent: [], now: now() }).status;
