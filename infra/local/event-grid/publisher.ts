import type { IncomingHttpHeaders } from "node:http";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { isSameSecret } from "../kit/secret.ts";

/** Who may publish: who holds the key, where there is one, and who has a token for Event Grid. Roles are not imitated. */
export interface Publishers {
  /** Absent: local authentication is disabled. */
  readonly key?: string;
  readonly issuer: string;
  readonly jwksUrl: string;
}

/** What a token for a topic is asked for. @see https://learn.microsoft.com/azure/event-grid/authenticate-with-microsoft-entra-id */
const AUDIENCES = ["https://eventgrid.azure.net", "https://eventgrid.azure.net/"];

/** Makes what says why a call may not publish; it says null where it may. */
export function publisherCheck({ key, issuer, jwksUrl }: Publishers) {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 0 });
  return async (headers: IncomingHttpHeaders): Promise<string | null> => {
    const given = headers["aeg-sas-key"];
    if (typeof given === "string") {
      if (key === undefined) return "Local authentication is disabled.";
      return isSameSecret(given, key) ? null : "The key is not the topic's.";
    }
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? "")?.[1];
    if (token === undefined) return "There is neither a key nor a bearer token.";
    try {
      await jwtVerify(token, keys, { issuer, audience: AUDIENCES, algorithms: ["RS256"] });
      return null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return `The token is not valid: ${error.message}`;
      throw error;
    }
  };
}
