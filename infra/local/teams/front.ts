import { setTimeout as delay } from "node:timers/promises";
import { transaction } from "../kit/database.ts";
import { placeAt, send } from "./connector.ts";
import { KEYS_PATH, OPENID_PATH, openIdConfiguration } from "./connector-keys.ts";
import { errorBody, TeamsError } from "./errors.ts";
import type { LoggedRequest } from "./schemas.ts";
import type { Answer, Call, Teams, Work } from "./teams.ts";
import { scripted, type Trouble } from "./troubles.ts";
import { trigger, triggerAt } from "./workflows.ts";

/** What becomes of a request: an answer, or a cut connection. */
export type Outcome = { readonly kind: "answer"; readonly answer: Answer } | { readonly kind: "reset" };

/** Answers one request: scripted trouble, where, who, how often, do. What was done is committed before it resolves. */
export async function respond(teams: Teams, call: Call): Promise<Outcome> {
  const trouble = teams.script.next(call.method, call.path);
  if (trouble?.kind === "hang") await delay(trouble.ms, undefined, { signal: teams.closing });
  const answer = await settle(teams, call, trouble);
  const isCut = trouble?.kind === "resetBeforeCommit" || trouble?.kind === "resetAfterCommit";
  return isCut ? { kind: "reset" } : { kind: "answer", answer };
}

async function settle(teams: Teams, call: Call, trouble: Trouble | undefined): Promise<Answer> {
  const { database, store } = teams;
  const log = (answer: Answer): Answer => {
    store.requests.add(entryOf(call, answer, trouble));
    return answer;
  };
  try {
    const instead = scripted(trouble);
    const work = instead === undefined ? await prepare(teams, call, trouble) : () => instead;
    return transaction(database, () => log(work()));
  } catch (error) {
    if (!(error instanceof TeamsError)) throw error;
    const { status, headers, code, message } = error;
    return log({ status, headers, body: errorBody(code, message) });
  }
}

/** All checks; what is left to do. @throws TeamsError */
async function prepare(teams: Teams, call: Call, trouble: Trouble | undefined): Promise<Work> {
  const workflowId = triggerAt(call.path);
  if (workflowId !== undefined) return trigger(teams, workflowId, call, trouble);
  const place = placeAt(call.path);
  if (place !== undefined) return send(teams, place, call);
  if (call.method === "GET" && call.path === OPENID_PATH)
    return () => ({ status: 200, body: openIdConfiguration(teams.origin) });
  if (call.method === "GET" && call.path === KEYS_PATH) {
    const keys = await teams.connectorKeys.publicKeys();
    return () => ({ status: 200, body: keys });
  }
  throw new TeamsError("NotFound", `Nothing is at ${call.path}.`);
}

const entryOf = (
  { method, path }: Call,
  { status }: Answer,
  trouble: Trouble | undefined,
): LoggedRequest => ({ at: new Date().toISOString(), method, path, status, trouble: trouble?.kind });
