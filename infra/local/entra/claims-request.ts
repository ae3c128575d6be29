import * as z from "zod";
import { CLIENT_CAPABILITIES } from "./constants.ts";
import { EntraError } from "./errors.ts";

const Values = z.object({ value: z.string().optional(), values: z.array(z.string()).optional() }).nullish();

/** Claims that nobody here gives are passed over, as OpenID Connect wants it. */
const ClaimsRequest = z.object({ access_token: z.object({ acrs: Values, xms_cc: Values }).nullish() });

/** What a client wants its access token to carry, by the parameter `claims`. */
export interface WantedClaims {
  /** Authentication contexts, such as `c1`, which a Conditional Access policy ties to a second factor. */
  readonly contexts: readonly string[];
  /** What the client can do; `cp1`: it understands claims challenges. */
  readonly capabilities: readonly string[];
}

/**
 * Reads the parameter `claims`: what an API's claims challenge held, decoded, and the client's capabilities.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 * @throws EntraError when it cannot be read
 */
export function readClaims(text: string | null): WantedClaims {
  if (!text) return { contexts: [], capabilities: [] };
  const { access_token: wanted } = parsed(text);
  return { contexts: valuesOf(wanted?.acrs), capabilities: valuesOf(wanted?.xms_cc).filter(isCapability) };
}

function parsed(text: string): z.infer<typeof ClaimsRequest> {
  try {
    return ClaimsRequest.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    throw new EntraError(90023, "The provided value for the input parameter 'claims' is not valid.");
  }
}

const isCapability = (text: string): boolean => CLIENT_CAPABILITIES.includes(text.toLowerCase());

const valuesOf = (asked: z.infer<typeof Values>): string[] => [
  ...new Set([...(asked?.value === undefined ? [] : [asked.value]), ...(asked?.values ?? [])]),
];
