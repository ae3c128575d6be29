import type { Subject } from "./claims.ts";
import { API_AUDIENCE, API_SCOPE, DEFAULT_SCOPE, RESOURCE_SCOPE } from "./constants.ts";
import { type Application, DEMO_SECRET, type Directory, userPrincipalName } from "./directory.ts";
import { EntraError } from "./errors.ts";

/** What the token endpoint answers with a token for. */
export interface Grant {
  readonly subject: Subject;
  readonly audience: string;
}

/**
 * Reads a token request and says whom it grants a token for, and to whom it is made out.
 *
 * Two grants of the real endpoint: `client_credentials` for applications and `password` for people. The second is how
 * a demo person gets a token on the command line, where no browser can ask.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc
 * @throws EntraError when it grants nothing.
 */
export function readGrant(directory: Directory, form: URLSearchParams): Grant {
  const grantType = required(form, "grant_type");
  const client = findClient(directory, required(form, "client_id"));
  switch (grantType) {
    case "client_credentials": {
      checkSecret(client, form);
      return {
        subject: { kind: "application", application: client },
        audience: applicationAudience(directory, form),
      };
    }
    case "password": {
      const person = findPerson(directory, required(form, "username"), required(form, "password"));
      const { audience, scope } = delegatedScope(directory, form);
      return { subject: { kind: "person", person, client, scope }, audience };
    }
    default:
      throw new EntraError(70003, `The app requested an unsupported grant type '${grantType}'.`);
  }
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (value) return value;
  throw new EntraError(900144, `The request body must contain the following parameter: '${parameter}'.`);
}

function findClient(directory: Directory, clientId: string): Application {
  const client = directory.applications.find((each) => each.clientId === clientId.toLowerCase());
  if (client) return client;
  throw new EntraError(700016, `Application with identifier '${clientId}' was not found in the directory.`);
}

function checkSecret(client: Application, form: URLSearchParams): void {
  const secret = form.get("client_secret");
  if (secret === null) {
    throw new EntraError(7000218, "The request body must contain 'client_assertion' or 'client_secret'.");
  }
  if (secret !== DEMO_SECRET) {
    throw new EntraError(7000215, `Invalid client secret provided for app '${client.clientId}'.`);
  }
}

/** Wrong name and wrong password are one refusal, so that nobody learns who exists. */
function findPerson(directory: Directory, username: string, password: string) {
  const person = directory.people.find((each) => userPrincipalName(each) === username.toLowerCase());
  if (person && password === DEMO_SECRET) return person;
  throw new EntraError(50126, "Error validating credentials due to invalid username or password.");
}

function applicationAudience(directory: Directory, form: URLSearchParams): string {
  const scope = required(form, "scope");
  if (!scope.endsWith(DEFAULT_SCOPE)) {
    throw new EntraError(
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ${DEFAULT_SCOPE} suffixed to the resource identifier (application ID URI).`,
    );
  }
  return knownResource(directory, scope.slice(0, -DEFAULT_SCOPE.length));
}

/** Every resource here offers one permission; `.default` asks for what there is, which is that one. */
function delegatedScope(directory: Directory, form: URLSearchParams): { audience: string; scope: string } {
  const requested = required(form, "scope");
  const cut = requested.lastIndexOf("/");
  const audience = knownResource(directory, requested.slice(0, Math.max(cut, 0)));
  const scope = audience === API_AUDIENCE ? API_SCOPE : RESOURCE_SCOPE;
  if ([scope, DEFAULT_SCOPE.slice(1)].includes(requested.slice(cut + 1))) return { audience, scope };
  throw new EntraError(
    70011,
    `The provided value for 'scope' is not valid. The scope ${requested} is not valid.`,
  );
}

/** The resource as the directory spells it. */
export function knownResource(directory: Directory, resource: string): string {
  const known = directory.resources.find((each) => each === resource);
  if (known !== undefined) return known;
  throw new EntraError(500011, `The resource principal named ${resource} was not found in the tenant.`);
}
