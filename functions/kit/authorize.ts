import type { Config } from "../../shared/config.ts";
import { Problem } from "./problem.ts";
import type { Caller, Role } from "./sign-in.ts";

/** What the delegated permissions are called. */
export type ScopeSettings = Pick<Config, "REVIEW_SCOPE" | "READ_SCOPE">;

/** The delegated permissions of which a person's token must carry one: what may review may read, too. */
export const scopesFor = (role: Role, { REVIEW_SCOPE, READ_SCOPE }: ScopeSettings): readonly string[] =>
  role === "Approver" ? [REVIEW_SCOPE] : [READ_SCOPE, REVIEW_SCOPE];

/** What a route needs of its caller: a role, or no more than a token of the tenant. */
export type Needed = Role | "signedIn";

/** The roles that are enough where one is needed: who audits reads. */
const ENOUGH: Readonly<Record<Role, readonly Role[]>> = {
  Reader: ["Reader", "Auditor"],
  Approver: ["Approver"],
  Auditor: ["Auditor"],
  Integration: ["Integration"],
};

/** How the roles that are enough are called in a sentence. */
export const rolesFor = (role: Role): string => ENOUGH[role].join(" or ");

/** What decides who may. */
export type Settings = ScopeSettings & Pick<Config, "SIGN_IN_CLIENTS">;

/**
 * Lets those pass who may do what a role may: with an app that may call us, with the role, and a person with the scope.
 * An app's own token has no scopes; it may read and never review. @throws a `Problem` whose code says what is missing
 */
export function authorize(caller: Caller, needed: Needed, settings: Settings): void {
  const problem = lackOf(caller, needed, settings);
  if (problem !== null) throw problem;
}

/** What keeps a caller from what a role may do; null when nothing does. */
export function lackOf(caller: Caller, needed: Needed, settings: Settings): Problem | null {
  const { clientId } = caller;
  const { SIGN_IN_CLIENTS } = settings;
  if (SIGN_IN_CLIENTS.length > 0 && !SIGN_IN_CLIENTS.includes(clientId))
    return new Problem(
      "wrongClient",
      `The app ${clientId} may not call this API; sign in with one that may.`,
    );
  return needed === "signedIn" ? null : lackOfRole(caller, needed, settings);
}

function lackOfRole(caller: Caller, role: Role, settings: ScopeSettings): Problem | null {
  if (!ENOUGH[role].some((enough) => caller.roles.includes(enough)))
    return new Problem("wrongRole", `This needs the app role ${rolesFor(role)}.`);
  if (role === "Integration")
    return caller.isPerson
      ? new Problem("notAnApp", "Only an app can do this, with a token of its own; yours is a person's.")
      : null;
  if (!caller.isPerson)
    return role === "Approver"
      ? new Problem("notAPerson", "Only a person can do this; the token is an app's.")
      : null;
  const scopes = scopesFor(role, settings);
  if (scopes.some((scope) => caller.scopes.includes(scope))) return null;
  const sentence = `This needs the scope ${scopes.join(" or ")}: the app that you signed in with must ask for it.`;
  return new Problem("wrongScope", sentence);
}
