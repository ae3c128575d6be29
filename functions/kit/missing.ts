import { type ScopeSettings, scopesFor } from "./authorize.ts";
import { type Caller, Role } from "./sign-in.ts";

/** What somebody is told who is in too many groups. */
export const TOO_MANY_GROUPS =
  "You are in more groups than a token can list, so yours lists none, and nobody can tell what you are asked. Ask an administrator to have tokens list only the groups that are assigned to this app.";
/** What somebody is told who only reads. */
export const READS_ONLY = "You have not the role Approver, so nothing can wait for you.";
export const NO_GROUPS =
  "Your token lists no group, so nothing can wait for you. Ask an administrator to put you into a group that the policy asks, and to assign it to this app.";

/** Something that a token lacks for somebody to work here, and what to do about it. */
export interface Missing {
  readonly code: "noRole" | "noScope" | "tooManyGroups" | "noGroups";
  readonly sentence: string;
}

/** What a token lacks for its bearer to read and to review; empty when it lacks nothing. */
export function missingOf(caller: Caller, settings: ScopeSettings): readonly Missing[] {
  const { roles, scopes, groups, hasTooManyGroups, isPerson } = caller;
  const missing: Missing[] = [];
  if (!Role.options.some((role) => roles.includes(role)))
    missing.push({
      code: "noRole",
      sentence:
        "You have no role in this app. Ask an administrator to give you Reader, and Approver where you are to review, then sign in again.",
    });
  const wanted = scopesFor(roles.includes("Approver") ? "Approver" : "Reader", settings);
  if (isPerson && !wanted.some((scope) => scopes.includes(scope)))
    missing.push({
      code: "noScope",
      sentence: `The app that you signed in with lacks the scope ${wanted.join(" or ")}. Ask an administrator to consent to it, then sign in again.`,
    });
  if (hasTooManyGroups) missing.push({ code: "tooManyGroups", sentence: TOO_MANY_GROUPS });
  else if (roles.includes("Approver") && isPerson && groups.length === 0)
    missing.push({ code: "noGroups", sentence: NO_GROUPS });
  return missing;
}
