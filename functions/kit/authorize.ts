import type { Config } from "../../shared/config.ts";
import { Problem } from "./problem.ts";
import type { Caller, Role } from "./sign-in.ts";

/** What the delegated permissions are called. */
export type ScopeSettings = Pick<Config, "REVIEW_SCOPE" | "READ_SCOPE">;

/** The delegated permissions of which a person's token must carry one: what may review may read, too. */
export const scopesFor = (role: Role, { REVIEW_SCOPE, READ_SCOPE }: ScopeSettings): readonly string[] =>
  role === "Approver" ? [REVIEW_SCOPE] : [READ_SCOPE, REVIEW_SCOPE];

/** The roles that are enough where one is needed: who audits reads. */
const ENOUGH: Readonly<Record<Role, readonly Role[]>> = {
  Reader: ["Reader", "Auditor"],
  Approver: ["Approver"],
  Auditor: ["Auditor"],
};

/** How the roles that are enough are called in a sentence. */
export const rolesFor = (role: Role): string => ENOUGH[role].join(" or ");

/**
 * Lets those pass who may do what a role may: with an app that may call us, with the role, and a person with the scope.
 * An app's own token has no scopes; it may read and never review. @throws a `Problem` with the `code` of what is missing
 */
export function authorize(
  caller: Caller,
  role: Role,
  settings: ScopeSettings & Pick<Config, "SIGN_IN_CLIENTS">,
): void {
  const { SIGN_IN_CLIENTS } = settings;
  if (SIGN_IN_CLIENTS.length > 0 && !SIGN_IN_CLIENTS.includes(caller.clientId)) {
    throw forbidden(
      "wrongClient",
      `The app ${caller.clientId} may not call this API; sign in with one that may.`,
    );
  }
  if (!ENOUGH[role].some((enough) => caller.roles.includes(enough)))
    throw forbidden("wrongRole", `This needs the app role ${rolesFor(role)}.`);
  if (!caller.isPerson) {
    if (role !== "Approver") return;
    throw forbidden("notAPerson", "Only a person can do this; the token is an app's.");
  }
  const scopes = scopesFor(role, settings);
  if (!scopes.some((scope) => caller.scopes.includes(scope))) {
    throw forbidden(
      "wrongScope",
      `This needs the scope ${scopes.join(" or ")}: the app that you signed in with must ask for it.`,
    );
  }
}

const forbidden = (code: string, sentence: string): Problem => new Problem("forbidden", sentence, { code });
