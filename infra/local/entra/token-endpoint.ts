import type { Subject } from "./claims.ts";
import { DEFAULT_SCOPE } from "./constants.ts";
import {
  type Application,
  DEMO_SECRET,
  type Directory,
  type Resource,
  userPrincipalName,
} from "./directory.ts";
import { EntraError } from "./errors.ts";

/** What the token endpoint answers with a token for. */
export interface Grant {
  readonly subject: Subject;
  readonly resource: Resource;
  /** The name by which the client asked for the resource. */
  readonly calledBy: string;
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
        ...applicationResource(directory, form),
      };
    }
    case "password": {
      const person = findPerson(directory, required(form, "username"), required(form, "password"));
      const { scopes, ...asked } = delegatedScopes(directory, client, form);
      return { subject: { kind: "person", person, client, scopes }, ...asked };
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

type Asked = Pick<Grant, "resource" | "calledBy">;

function applicationResource(directory: Directory, form: URLSearchParams): Asked {
  const scope = required(form, "scope");
  if (!scope.endsWith(DEFAULT_SCOPE)) {
    throw new EntraError(
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ${DEFAULT_SCOPE} suffixed to the resource identifier (application ID URI).`,
    );
  }
  const calledBy = scope.slice(0, -DEFAULT_SCOPE.length);
  return { resource: knownResource(directory, calledBy), calledBy };
}

/**
 * The permissions asked for, of one resource, with spaces between: `{resource}/{permission}`. `.default` asks for all
 * that the client was allowed, which here is all there are.
 * @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 */
function delegatedScopes(
  directory: Directory,
  client: Application,
  form: URLSearchParams,
): Asked & { readonly scopes: readonly string[] } {
  const text = required(form, "scope");
  const wishes = text.split(" ").map((wish) => {
    const cut = Math.max(wish.lastIndexOf("/"), 0);
    return { calledBy: wish.slice(0, cut), permission: wish.slice(cut + 1) };
  });
  const [calledBy = "", ...more] = new Set(wishes.map((wish) => wish.calledBy));
  if (more.length > 0) {
    throw new EntraError(
      70011,
      `The provided value for the input parameter 'scope' is not valid. The scope ${text} is not valid.`,
    );
  }
  const resource = knownResource(directory, calledBy);
  for (const { permission } of wishes) checkPermission(resource, client, permission);
  const isAll = wishes.some(({ permission }) => permission === DEFAULT_SCOPE.slice(1));
  const scopes = resource.scopes.filter((scope) => isAll || wishes.some((wish) => wish.permission === scope));
  return { resource, calledBy, scopes };
}

function checkPermission(resource: Resource, client: Application, permission: string): void {
  if ([DEFAULT_SCOPE.slice(1), ...resource.scopes].includes(permission)) return;
  throw new EntraError(
    650053,
    `The application '${client.name}' asked for scope '${permission}' that doesn't exist on the resource '${resource.audience}'. Contact the app vendor.`,
  );
}

/** The resource that a client calls so. */
export function knownResource(directory: Directory, name: string): Resource {
  const known = directory.resources.find(({ names }) => names.includes(name));
  if (known !== undefined) return known;
  throw new EntraError(500011, `The resource principal named ${name} was not found in the tenant.`);
}
