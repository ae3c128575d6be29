import { errors } from "jose";
import { type CodeOf, Problem } from "./problem.ts";

/** Why a token proves nobody: the code for the log, and the end of "The token is not valid: it ...". */
const FAULTS = {
  noToken: "it is no signed JWT",
  tokenExpired: "it has expired",
  tokenNotYetValid: "it is not valid yet",
  incompleteToken: "it does not say since when and until when it is good",
  wrongAudience: "it is made out to another app",
  wrongIssuer: "it is of another issuer",
  wrongAlgorithm: "it is not signed with RS256",
  wrongSignature: "its signature is not the issuer's",
  unknownKey: "it is signed with a key that the issuer does not publish",
  noAccessToken: "it does not say which app asked for it, as access tokens of version 2.0 do",
  foreignToken: "it is not one of a user or an app of this tenant",
} as const satisfies Partial<Record<CodeOf<"not-signed-in">, string>>;
type TokenFault = keyof typeof FAULTS;

/** What whoever sends such a token is told: nothing of the token, and no words of the library that checked it. */
export const tokenProblem = (code: TokenFault): Problem =>
  new Problem(code, `The token is not valid: ${FAULTS[code]}.`);

/** jose's codes for what is wrong with a token, but for its claims; any other means that it is none. */
const BY_CODE: Readonly<Record<string, TokenFault>> = {
  [errors.JWTExpired.code]: "tokenExpired",
  [errors.JOSEAlgNotAllowed.code]: "wrongAlgorithm",
  [errors.JOSENotSupported.code]: "wrongAlgorithm",
  [errors.JWSSignatureVerificationFailed.code]: "wrongSignature",
  [errors.JWKSNoMatchingKey.code]: "unknownKey",
  [errors.JWKSMultipleMatchingKeys.code]: "unknownKey",
};

/** What a token lacks that the issuer signed and that came at the right time. */
const BY_CLAIM: Readonly<Record<string, TokenFault>> = { aud: "wrongAudience", iss: "wrongIssuer" };

/** Why jose refuses a token. */
export function tokenFaultOf(error: errors.JOSEError): TokenFault {
  if (!(error instanceof errors.JWTClaimValidationFailed)) return BY_CODE[error.code] ?? "noToken";
  if (error.claim === "nbf" && error.reason === "check_failed") return "tokenNotYetValid";
  return BY_CLAIM[error.claim] ?? "incompleteToken";
}
