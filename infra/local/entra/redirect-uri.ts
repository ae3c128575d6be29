import type { Application } from "./directory.ts";
import { EntraError } from "./errors.ts";

/** How a client wants its answer: behind `?` or behind `#`. */
export type ResponseMode = "query" | "fragment";

/**
 * Where an answer may be sent: the redirect URI of the request, if it is registered for the client exactly so.
 * @throws EntraError that must be shown where it happens and never be sent to the URI
 */
export function registeredRedirectUri(client: Application, uri: string | null): string {
  if ((client.spaRedirectUris ?? []).length === 0) {
    throw new EntraError(500113, "No reply address is registered for the application.");
  }
  if (!uri) throw new EntraError(900971, "No reply address provided.");
  if (isRegistered(client, uri)) return uri;
  throw new EntraError(
    50011,
    `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${client.clientId}'.`,
  );
}

export const isRegistered = (client: Application, uri: string): boolean =>
  (client.spaRedirectUris ?? []).some((each) => withoutPort(each) === withoutPort(uri));

/** Whether pages of this origin may redeem what the client was given: one of its redirect URIs of type `spa` is there. */
export function isSpaOrigin(client: Application, origin: string): boolean {
  const wanted = originOf(origin);
  return wanted !== undefined && (client.spaRedirectUris ?? []).some((uri) => originOf(uri) === wanted);
}

/** The address that carries an answer back to the client. */
export function answerTo(
  redirectUri: string,
  mode: ResponseMode,
  answer: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(redirectUri);
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) parameters.append(name, value);
  if (mode === "fragment") url.hash = parameters.toString();
  else for (const [name, value] of parameters) url.searchParams.append(name, value);
  return url.href;
}

/**
 * The port of `http://localhost` says nothing: whoever develops gets another one each time. It does of `127.0.0.1`.
 * @see https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
 */
function withoutPort(uri: string): string {
  const url = URL.parse(uri);
  if (url?.protocol !== "http:" || url.hostname !== "localhost") return uri;
  url.port = "";
  return url.href;
}

const originOf = (uri: string): string | undefined => URL.parse(withoutPort(uri))?.origin;
