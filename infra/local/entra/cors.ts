import type { Directory } from "./directory.ts";
import { isSpaOrigin } from "./redirect-uri.ts";

/**
 * The headers by which a browser lets a page read an answer: only where a single-page app is registered at its origin.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redirect-uris-for-single-page-apps-spas
 */
export function corsHeaders(directory: Directory, origin: string | undefined): Record<string, string> {
  const isKnown =
    origin !== undefined && directory.applications.some((application) => isSpaOrigin(application, origin));
  return { vary: "Origin", ...(isKnown && { "access-control-allow-origin": origin }) };
}

/** What a browser is told that asks before it asks. */
export const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "600",
};
