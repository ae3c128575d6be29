import type { Application, Directory, Resource } from "./directory.ts";
import { EntraError } from "./errors.ts";

/** The client of this id. @throws EntraError when there is none */
export function findClient(directory: Directory, clientId: string): Application {
  const client = directory.applications.find((each) => each.clientId === clientId.toLowerCase());
  if (client) return client;
  throw new EntraError(700016, `Application with identifier '${clientId}' was not found in the directory.`);
}

/** The resource that a client calls so. @throws EntraError when there is none */
export function knownResource(directory: Directory, name: string): Resource {
  const known = directory.resources.find(({ names }) => names.includes(name));
  if (known !== undefined) return known;
  throw new EntraError(500011, `The resource principal named ${name} was not found in the tenant.`);
}
