import type { InvocationContext } from "@azure/functions";
import { answerRefusalOf, type ReviewRefusal, reviewBy } from "../../shared/approval/review.ts";
import { instant } from "../../shared/connection/connection.ts";
import { Fault } from "../../shared/connection/fault.ts";
import { readerCard } from "../../shared/notify/teams/reader-card.ts";
import type { ApprovalRequest } from "../../shared/request/request.ts";
import type { Approver } from "../../shared/request/self-review.ts";
import { hasVisible } from "../../shared/text.ts";
import { review } from "../../shared/workflow/review.ts";
import type { App } from "./app.ts";
import { type CardAction, type InvokeResponse, withCard, withMessage } from "./invoke.ts";
import { notReassessedProblem, reviewProblem } from "./refusals.ts";

const OLD_CARD = "This card is not kept up to date any more. Answer the newer one, or in the inbox.";
const NOBODY = "The directory does not know you as somebody who may sign in. Answer in the inbox.";
const MUST_SAY_WHY = "Say why: a rejected connection can never be approved again.";
const COUNTS = { approve: "Your approval counts.", reject: "Your rejection counts." } as const;
const SAID = { approve: "You have approved.", reject: "You have rejected." } as const;

/**
 * What whoever clicked is shown: the card as it is for them by then. An answer is taken by the very same rules as in the inbox,
 * but for the sign-in, which only the policy can do without.
 * @throws when the directory or the store cannot be asked
 */
export async function clicked(
  app: App,
  action: CardAction,
  context: InvocationContext,
): Promise<InvokeResponse> {
  const { verb, data } = action.value.action;
  const request = await app.store.read(data.request);
  if (request === null || !(await isKept(app, action))) return withMessage(OLD_CARD);
  const person = await personOf(app, action, request);
  if (person === null) return withMessage(NOBODY);
  if (verb === "refresh") return cardFor(app, request, person, null);
  const { reason, asked } = action.value.action.data;
  if (verb === "reject" && !hasVisible(reason)) return withMessage(MUST_SAY_WHY);
  try {
    const needs = app.peopleNeeds(context);
    const reviewed = await review(needs, request.id, person, { review: verb, reason, asked });
    if (reviewed === null) return withMessage(OLD_CARD);
    const note = reviewed.refusal === null ? COUNTS[verb] : sentenceOf(reviewed.refusal);
    return cardFor(app, reviewed.request, person, note);
  } catch (error) {
    if (error instanceof Fault) return withMessage(notReassessedProblem(error).message);
    throw error;
  }
}

/** Whether it is the card that the bot keeps up to date, which shows the reader no more than they see. */
async function isKept(
  { store, config }: App,
  { conversation, replyToId, value }: CardAction,
): Promise<boolean> {
  const { request: requestId } = value.action.data;
  const [id] = conversation.id.split(";messageid=");
  for (const [channel, known] of config.TEAMS_CONVERSATIONS) {
    if (known !== id) continue;
    if ((await store.posted.of({ requestId, channel }))?.id === replyToId) return true;
  }
  return false;
}

/** Who clicked, as the directory knows them: Teams says no more than an object id. */
async function personOf(
  { directory }: App,
  { from }: CardAction,
  { audience }: ApprovalRequest,
): Promise<Approver | null> {
  const asked = new Set(audience?.requirements.flatMap(({ groups }) => groups));
  const known = await directory.person(from.aadObjectId, [...asked]);
  if (known === null) return null;
  const proof = { hasTooManyGroups: false, authContexts: [], via: "teams" } as const;
  return { kind: "person", oid: from.aadObjectId, ...known, ...proof };
}

async function cardFor(
  { store, config }: App,
  request: ApprovalRequest,
  person: Approver,
  note: string | null,
): Promise<InvokeResponse> {
  const { PUBLIC_URL: publicUrl, PORTAL_URL: portalUrl, TENANT_ID: homeTenant } = config;
  const answering = { ...standingOf(request, person), ...(note !== null && { note }) };
  const trail = await store.trail(request.id);
  const card = readerCard(request, trail, answering, { publicUrl, portalUrl, homeTenant });
  return card === null ? withMessage(OLD_CARD) : withCard(card);
}

/** How somebody stands to a request, and whether they may answer it in its card. */
function standingOf(request: ApprovalRequest, person: Approver) {
  const { ask } = request;
  if (ask === null) return { mayAnswer: false, note: null };
  const own = reviewBy(person, ask);
  const approval = { review: "approve", asked: ask.seq } as const;
  const refusal = answerRefusalOf(request, person, approval, instant(Date.now()));
  const isAsked = request.state === "waiting" && refusal !== null;
  const note = own === undefined ? (isAsked ? sentenceOf(refusal) : null) : SAID[own.review];
  return { mayAnswer: refusal === null, note };
}

/** What a person is told in Teams, where there are no tokens and bodies to speak of. */
function sentenceOf(refusal: ReviewRefusal): string {
  switch (refusal.code) {
    case "claimsRequired":
      return "The policy wants you to sign in for this: answer in the inbox.";
    case "notAnApprover":
      return "You are in none of the groups that are asked.";
    case "reasonRequired":
      return "Say why: the policy demands it here.";
    case "changed":
      return "What is asked has changed; this is how it is now. Look at it, and answer again.";
    default:
      return reviewProblem(refusal).message;
  }
}
