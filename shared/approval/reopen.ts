import { personName } from "../request/names.ts";
import type { Entry } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import { type Outcome, type Person, type RequestState, SYSTEM } from "../request/terms.ts";
import { type NotAsked, notAmongAsked } from "./review.ts";

export type ReopenRefusal =
  | NotAsked
  /** Named by its outcome, or by its state while it is open. */
  | { readonly code: "notExpired"; readonly state: Outcome | RequestState };

/** Why this person may not reopen this request; null when they may. Only what expired can be asked again. */
export function reopenRefusalOf(request: ApprovalRequest, person: Approver): ReopenRefusal | null {
  const { ask, closure, state } = request;
  const notExpired = { code: "notExpired", state: closure?.outcome ?? state } as const;
  // Where people were not asked (yet), the person cannot be told that they are not among those who were.
  if (ask === null) return notExpired;
  const notAsked = notAmongAsked(person, ask.requirement);
  if (notAsked !== null) return notAsked;
  return closure?.outcome === "expired" ? null : notExpired;
}

/** An approver takes up an expired request again: it is assessed anew, and people are asked anew. */
export function reopenEntries(request: ApprovalRequest, person: Approver): readonly Entry[] {
  if (reopenRefusalOf(request, person) !== null) return [];
  const actor: Person = { kind: "person", oid: person.oid, name: person.name };
  const sentence = `${personName(person)} reopens the request.`;
  return [{ kind: "reopened", actor, reason: "expired", resume: "assessing", sentence }];
}

/** After these a connection may be Pending again: an endpoint that is deleted and created anew may get the same name. */
const MAY_RETURN: readonly Outcome[] = ["superseded", "approved", "rejected"];

/** A connection that was gone or answered is Pending again, so it must be answered again. */
export function returnEntries({ closure }: ApprovalRequest): readonly Entry[] {
  if (closure === null || !MAY_RETURN.includes(closure.outcome)) return [];
  const sentence = "The connection is Pending again.";
  return [{ kind: "reopened", actor: SYSTEM, reason: "returned", resume: "assessing", sentence }];
}
