import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import * as z from "zod";
import type { Config } from "../../shared/config.ts";
import { Problem } from "./problem.ts";
import { tokenFaultOf, tokenProblem } from "./token-problem.ts";

/** Tells what the connector of Teams says in an `Authorization` header. Throws a `Problem` when it is not the connector's. */
export type ConnectorSignIn = (authorization: string | null) => Promise<ConnectorClaims>;

/** What a token of the connector says that is more than that it is one. */
export interface ConnectorClaims {
  /** The address of the connector that an activity must name as well. */
  readonly serviceUrl: string;
}

/** Keys sign for some channels of the Bot Framework; ours must sign for Teams. */
const CHANNEL = "msteams";
const MAX_TOKEN_CHARACTERS = 16_384;
/** As Microsoft's own libraries have it. */
const CLOCK_TOLERANCE_S = 300;
const TIME_LIMIT_MS = 2_000;
/** Keys are read again when a token names one that is not among them, and not more often than this. */
const COOLDOWN_MS = 60_000;
const MAX_AGE_MS = 24 * 60 * 60_000;

const Metadata = z.object({ issuer: z.url(), jwks_uri: z.url() });
const Keys = z.object({
  keys: z.array(
    z.looseObject({ kty: z.string(), kid: z.string(), endorsements: z.array(z.string()).default([]) }),
  ),
});

interface Known {
  readonly issuer: string;
  readonly keys: ReturnType<typeof createLocalJWKSet>;
  readonly readAtMs: number;
}

/**
 * Verifies tokens of the Bot Framework's connector: RS256 by a published key that is endorsed for Teams, by its issuer, for our
 * bot, with five minutes of tolerance.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
export function createConnectorSignIn(
  { TEAMS_OPENID_URL, TEAMS_BOT_ID }: Pick<Config, "TEAMS_OPENID_URL" | "TEAMS_BOT_ID">,
  now: () => number,
): ConnectorSignIn {
  let known: Known | null = null;
  let reading: Promise<Known> | null = null;
  const read = (): Promise<Known> => {
    reading ??= readKeys(TEAMS_OPENID_URL, now())
      .then((found) => {
        known = found;
        return found;
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  const fresh = async (): Promise<Known> =>
    known !== null && now() - known.readAtMs < MAX_AGE_MS ? known : read();

  const verify = async (token: string, { issuer, keys }: Known): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: String(TEAMS_BOT_ID),
      algorithms: ["RS256"],
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ["exp"],
    });
    return payload;
  };
  return async (authorization) => {
    const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined || token.length > MAX_TOKEN_CHARACTERS || TEAMS_BOT_ID === undefined)
      throw new Problem("notSignedIn", "Only the connector of Teams calls here.");
    const first = await fresh().catch(unavailable);
    const payload = await verify(token, first).catch(async (error: unknown) => {
      const isNewKey = error instanceof errors.JWKSNoMatchingKey && now() - first.readAtMs > COOLDOWN_MS;
      if (!isNewKey) return refused(error);
      return verify(token, await read().catch(unavailable)).catch(refused);
    });
    // As the documentation spells it in one place and the tokens in another.
    const serviceUrl = payload.serviceurl ?? payload.serviceUrl;
    if (typeof serviceUrl !== "string") throw tokenProblem("foreignToken");
    return { serviceUrl };
  };
}

async function readKeys(url: string, readAtMs: number): Promise<Known> {
  const { issuer, jwks_uri: keysUrl } = Metadata.parse(await read(url));
  if (new URL(keysUrl).protocol !== "https:")
    throw new Error("The connector's keys are not at an https address.");
  const { keys } = Keys.parse(await read(keysUrl));
  const ours = keys.filter(({ endorsements }) => endorsements.includes(CHANNEL));
  return { issuer, keys: createLocalJWKSet({ keys: ours }), readAtMs };
}

async function read(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIME_LIMIT_MS), redirect: "error" });
  if (!response.ok) throw new Error(`The connector's keys cannot be read: ${response.status}.`);
  return response.json();
}

function refused(error: unknown): never {
  throw error instanceof errors.JOSEError ? tokenProblem(tokenFaultOf(error)) : error;
}

function unavailable(cause: unknown): never {
  throw Object.assign(
    new Problem("signInUnavailable", "The connector's keys cannot be read. Try again in a moment."),
    { cause },
  );
}
