import { type Entry, type Person, SYSTEM } from "../request/record.ts";
import type { ApprovalRequest, Outcome } from "../request/request.ts";
import type { Approver } from "../request/self-review.ts";
import { isApprover } from "./review.ts";

export type ReopenRefusal =
  | { readonly code: "notAnApprover" }
  | { readonly code: "notExpired"; readonly state: string };

/** Why this person may not reopen this request; null when they may. Only what expired can be asked again. */
export function reopenRefusalOf(request: ApprovalRequest, person: Approver): ReopenRefusal | null {
  const { requirement, outcome, state } = request;
  // Nobody was asked (yet), so nobody can be told that they are not among those who were.
  if (requirement === null || state === "assessing") return { code: "notExpired", state: outcome ?? state };
  if (!isApprover(person, requirement)) return { code: "notAnApprover" };
  return outcome === "expired" ? null : { code: "notExpired", state: outcome ?? state };
}

/** An approver takes up an expired request again: it is assessed anew, and people are asked anew. */
export function reopenEntries(request: ApprovalRequest, person: Approver): readonly Entry[] {
  if (reopenRefusalOf(request, person) !== null) return [];
  const actor: Person = { kind: "person", oid: person.oid, name: person.name };
  const sentence = `${person.name} reopens the request.`;
  return [{ kind: "reopened", actor, reason: "expired", resume: "assessing", sentence }];
}

/** Pending again after these: whoever deletes an endpoint and creates it anew may get the same name. */
const LEFT_PENDING_NO_MORE: readonly (Outcome | null)[] = ["superseded", "approved", "rejected"];

/** A connection that was gone or answered is Pending again, so it must be answered again. */
export function returnEntries(request: ApprovalRequest): readonly Entry[] {
  if (!LEFT_PENDING_NO_MORE.includes(request.outcome)) return [];
  const sentence = "The connection is Pending again.";
  return [{ kind: "reopened", actor: SYSTEM, reason: "returned", resume: "assessing", sentence }];
}
