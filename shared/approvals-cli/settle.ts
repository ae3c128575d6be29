import type { ApprovalRequest } from "../request/request.ts";
import { screenOf } from "../view/index.ts";
import type { Api } from "./api.ts";
import { readRequest } from "./look.ts";
import type { Terminal } from "./terminal.ts";

/** As long as ARM and its ways usually take; who waits longer looks again. */
const PATIENCE_MS = 5 * 60_000;
const PAUSE_MS = 1_000;

const RESTS: ReadonlySet<ApprovalRequest["state"]> = new Set(["waiting", "deferred", "closed"]);

/** Waits until the app has done what it can, and says on the way what it does. @returns the request as it is then */
export async function untilItRests(
  api: Api,
  request: ApprovalRequest,
  terminal: Terminal,
): Promise<ApprovalRequest> {
  const until = Date.parse(terminal.now()) + PATIENCE_MS;
  let [current, told] = [request, ""];
  while (!RESTS.has(current.state) && Date.parse(terminal.now()) < until) {
    const says = statusOf(current, api).sentence;
    if (says !== told) terminal.err(`${says}\n`);
    told = says;
    await terminal.pause(PAUSE_MS);
    current = (await readRequest(api, request.id)).request;
  }
  return current;
}

/** Where a request stands, as its screen says it. */
export const statusOf = (request: ApprovalRequest, { now }: Pick<Api, "now">) =>
  screenOf({ request, facts: null, viewer: null, recent: [], now: now() }).status;
