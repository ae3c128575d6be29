import { randomUUID } from "node:crypto";
import * as z from "zod";
import { parseJson } from "../kit/json-text.ts";
import { isSameSecret } from "../kit/secret.ts";
import { type Card, WorkflowCard } from "./card.ts";
import { CARD_TYPE, FLOW_AUDIENCE } from "./constants.ts";
import { TeamsError, throttled } from "./errors.ts";
import { Envelope, type Run, type Workflow } from "./schemas.ts";
import type { Call, Teams, Work } from "./teams.ts";
import type { Trouble } from "./troubles.ts";
import { PERMISSION, SIGNATURE_VERSION, signatureOf } from "./workflow-url.ts";

/** The path of a trigger on the old host, `*.logic.azure.com`, and on the new one. */
const TRIGGER =
  /^(?:\/powerautomate\/automations\/direct)?\/workflows\/([^/]+)\/triggers\/manual\/paths\/invoke\/?$/;

/** The id of the flow whose trigger is at this path. */
export const triggerAt = (path: string): string | undefined => TRIGGER.exec(path)?.[1];

/**
 * Triggers a flow: 202 says that it will run, and nothing of how that ends. A wrong envelope or card is a failed run.
 * @throws TeamsError when it may not run
 */
export async function trigger(
  teams: Teams,
  workflowId: string,
  call: Call,
  trouble: Trouble | undefined,
): Promise<Work> {
  if (call.method !== "POST") throw new TeamsError("MethodNotAllowed", "The trigger takes POST only.");
  if (!call.query.has("api-version")) {
    const message = "The api-version query parameter (?api-version=) is required for all requests.";
    throw new TeamsError("MissingApiVersionParameter", message);
  }
  const workflow = teams.organisation.workflows.find(({ id }) => id === workflowId);
  if (!workflow) throw new TeamsError("WorkflowNotFound", `The workflow '${workflowId}' could not be found.`);
  await authorise(teams, workflow, call);
  if (!teams.store.switches.isOn(workflow.id)) {
    const state = `Could not execute workflow '${workflow.id}' trigger 'manual' with state 'Disabled'`;
    throw new TeamsError("WorkflowTriggerIsNotEnabled", `${state}: trigger is not enabled.`);
  }
  const { body } = call;
  if (body === undefined) throw new TeamsError("RequestEntityTooLarge", "Request Entity too large");
  const waitSeconds = teams.workflowLimits.take(workflow.id, Date.now());
  if (waitSeconds !== undefined) throw throttled("TooManyRequests", waitSeconds);
  return () => {
    const { id } = run(teams, workflow, body, trouble);
    return { status: 202, headers: { "x-ms-workflow-run-id": id, "x-ms-request-id": randomUUID() } };
  };
}

/** By the signature in the address, or by a token: whichever the trigger was set up for, and never both. */
async function authorise(teams: Teams, workflow: Workflow, { query, authorization }: Call): Promise<void> {
  const signature = query.get("sig");
  if (signature !== null && authorization !== undefined) {
    const message =
      "The request has SAS authentication scheme, 'Bearer' authorization scheme or internal token scheme. Only one scheme should be used.";
    throw new TeamsError("DirectApiRequestHasMoreThanOneAuthorization", message);
  }
  if (teams.store.switches.accessOf(workflow.id) === "tenant") return checkToken(teams, authorization);
  if (signature === null) {
    const message = "The request must be authenticated only by Shared Access scheme.";
    throw new TeamsError("DirectApiAuthorizationRequired", message);
  }
  const isFor = query.get("sp") === PERMISSION && query.get("sv") === SIGNATURE_VERSION;
  if (isFor && isSameSecret(signature, signatureOf(teams.workflowKey, workflow.id))) return;
  throw new TeamsError("AuthorizationFailed", "The authentication credentials are not valid.");
}

/** "Any user in my tenant". @see https://learn.microsoft.com/power-automate/oauth-authentication */
async function checkToken(teams: Teams, authorization: string | undefined): Promise<void> {
  const bearer = await teams.readToken(authorization);
  switch (bearer.kind) {
    case "missing": {
      const message =
        "The OAuth authorization scheme is required. Please add authentication scheme and try again.";
      throw new TeamsError("DirectApiAuthorizationRequired", message);
    }
    case "undecided":
      throw new TeamsError("ServiceUnavailable", "The signing keys of the token issuer could not be read.");
    case "invalid":
      throw new TeamsError("InvalidAuthenticationToken", `The access token is invalid: ${bearer.why}`);
    case "claims": {
      const { aud, iss, tid } = bearer.claims;
      const isOurs = iss === teams.issuer && tid === teams.organisation.tenantId;
      if (isOurs && aud === FLOW_AUDIENCE) return;
      const message =
        "One or more claims either missing or does not match with the open authentication access control policy.";
      throw new TeamsError("MisMatchingOAuthClaims", message);
    }
  }
}

/** Posts what the body holds, as the template of a webhook's flow does: one message for each card. */
function run({ store }: Teams, workflow: Workflow, body: string, trouble: Trouble | undefined): Run {
  const at = new Date().toISOString();
  const { cards, error } =
    trouble?.kind === "failedRun"
      ? { cards: [], error: { code: trouble.code, message: trouble.message } }
      : cardsIn(body);
  const author = { kind: "workflow", id: workflow.id, name: workflow.name } as const;
  const { conversationId } = workflow;
  const messageIds = cards.map((card) =>
    store.messages.add({
      conversationId,
      author,
      text: undefined,
      cards: [card],
      postedAt: at,
      updatedAt: undefined,
    }),
  );
  const entry = { id: randomUUID(), workflowId: workflow.id, at, error, body, messageIds };
  store.runs.add(entry);
  return entry;
}

/** The cards that can be posted, and what is wrong with the first one that cannot, or with all of it. */
function cardsIn(body: string): { cards: readonly Card[]; error: Run["error"] } {
  const envelope = Envelope.safeParse(parseJson(body));
  if (!envelope.success) {
    const message = `The execution of template action 'Send_each_adaptive_card' failed: ${z.prettifyError(envelope.error)}`;
    return { cards: [], error: { code: "ExpressionEvaluationFailed", message } };
  }
  const parsed = envelope.data.attachments.map(({ contentType, content }) =>
    WorkflowCard.safeParse(contentType === CARD_TYPE ? content : undefined),
  );
  const cards = parsed.flatMap((card) => (card.success ? [card.data] : []));
  const problem = parsed.find((card) => !card.success)?.error;
  if (problem === undefined) return { cards, error: undefined };
  return { cards, error: { code: "InvalidBotAdaptiveCard", message: z.prettifyError(problem) } };
}
