import { personName } from "../request/names.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import type { Outcome, Person, RequestState } from "../request/terms.ts";
import { retried } from "./fail.ts";
import { type NotAsked, notAmongAsked } from "./review.ts";

export type RetryRefusal =
  | NotAsked
  /** Named by its outcome, or by its state while it is open. */
  | { readonly code: "notFailed"; readonly state: Outcome | RequestState };

/**
 * Why this person may not have this request tried again; null when they may: one of those who were asked, or any approver
 * where nobody was. It decides nothing: what people decided stands, what a rule decided is assessed again.
 */
export function retryRefusalOf(request: ApprovalRequest, person: Approver): RetryRefusal | null {
  const { ask, closure, state } = request;
  const notAsked = ask === null ? null : notAmongAsked(person, ask.requirement);
  if (notAsked !== null) return notAsked;
  return closure?.outcome === "failed" ? null : { code: "notFailed", state: closure?.outcome ?? state };
}

/** A person who mended what was wrong has a failed request tried again at once. */
export function retryByPersonEntries(request: ApprovalRequest, person: Approver): readonly Entry[] {
  if (retryRefusalOf(request, person) !== null) return [];
  const actor: Person = { kind: "person", oid: person.oid, name: person.name };
  return [retried(request, actor, `${personName(person)} has the request tried again.`)];
}
