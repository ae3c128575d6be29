import { type ExitCode, toJson, UsageError } from "../policy-tools/cli/command.ts";
import { ApprovalRequest } from "../request/request.ts";
import type { Outcome } from "../request/terms.ts";
import type { Screen } from "../view/index.ts";
import { type Api, apiAt } from "./api.ts";
import { findId } from "./find.ts";
import { type Look, lookAt, readRequest } from "./look.ts";
import { No, NoAnswer, Refusal } from "./problems.ts";
import { screenLines, textOf } from "./render.ts";
import { isAtRest, statusOf, unsettled, untilItRests } from "./settle.ts";
import { paintOn } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** Something that a person does about a request. */
export interface Deed {
  readonly name: keyof Screen["actions"];
  /** Below `requests/{id}/`. */
  readonly path: "reviews" | "reopen" | "retry";
  /** What is sent. @throws UsageError when something is missing */
  readonly bodyOf: (screen: Screen) => unknown;
  /** What somebody must agree to first, once they have seen the request; null where it can be taken back. */
  readonly question: ((screen: Screen) => string) | null;
  /** Whether that is so already, by what the API shows now: after a lost reply, and after the same answer before. */
  readonly isDone: (look: Pick<Look, "request" | "viewer">) => boolean;
  /** Code of the refusal that says the same. */
  readonly doneCode: string | null;
  /** How it has to end, if it ends; null: anyhow but failed. */
  readonly goal: Outcome | null;
}

export interface ActValues {
  readonly url?: string | undefined;
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly "no-wait"?: boolean | undefined;
}

/** Looks, asks, sends what was seen, and waits until it is so. */
export async function act(
  deed: Deed,
  {
    values,
    positionals,
    terminal,
  }: { readonly values: ActValues; readonly positionals: readonly string[]; readonly terminal: Terminal },
): Promise<ExitCode> {
  if (deed.question !== null && !values.yes && !terminal.isInteractive)
    throw new UsageError("Nobody is here to say y. Look at the request with show, then add --yes.");
  const api = apiAt(values, terminal);
  const id = await findId(api, positionals);
  const look = await lookAt(api, id);
  const body = bodyFor(deed, look);
  if (deed.question !== null) await agree(deed.question(look.screen), look.screen, values, terminal);
  const sent = await send(api, deed, id, body);
  const seen = values["no-wait"] ? { request: sent, trouble: null } : await untilItRests(api, sent, terminal);
  const { request } = seen;
  const status = statusOf(request, api);
  terminal.out(values.json ? toJson({ request, status }) : `${status.sentence}\n`);
  if (values["no-wait"]) return 0;
  if (isAtRest(request)) return isGoalOf(deed, look.request, request) ? 0 : 1;
  terminal.err(`${unsettled(seen)}\n`);
  return 3;
}

/** What is sent, where the person may send it. @throws No */
function bodyFor(deed: Deed, { screen, viewer }: Look): unknown {
  const { enabled, because } = screen.actions[deed.name];
  const isDone = viewer?.code === deed.doneCode;
  if (viewer !== null && !enabled && !isDone) throw new No(`${because}\n${screen.status.sentence}`);
  return deed.bodyOf(screen);
}

/** Shows the request and waits for a y. @throws No */
async function agree(
  question: string,
  screen: Screen,
  { yes, json }: ActValues,
  terminal: Terminal,
): Promise<void> {
  const shown = textOf(screenLines(screen, { paint: paintOn(terminal), timeZone: terminal.timeZone }));
  if (json) terminal.err(shown);
  else terminal.out(shown);
  if (yes) return;
  const answer = await terminal.ask(`\n${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new No("Nothing was sent.");
}

/** The request once it was done; a reply that was lost, and a deed that was done before, are no failure. */
async function send(api: Api, deed: Deed, id: string, body: unknown): Promise<ApprovalRequest> {
  try {
    return await api.post(`requests/${id}/${deed.path}`, body, ApprovalRequest);
  } catch (error) {
    if (error instanceof Refusal && error.code === deed.doneCode) return (await readRequest(api, id)).request;
    if (!(error instanceof NoAnswer)) throw error;
    const now = await readRequest(api, id).catch(() => null);
    if (now !== null && deed.isDone(now)) return now.request;
    throw error;
  }
}

/** Whether it came to what was wanted, or people are still waited for by the question that was answered. */
function isGoalOf(
  { goal, path }: Deed,
  before: ApprovalRequest,
  { state, closure, ask }: ApprovalRequest,
): boolean {
  if (state === "closed") return goal === null ? closure.outcome !== "failed" : closure.outcome === goal;
  if (path === "reviews") return state === "waiting" && ask.seq === before.ask?.seq;
  return state === "waiting" || state === "deferred";
}
