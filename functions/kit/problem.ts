import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";

/** What went wrong with a request, by what the caller can do about it, with its HTTP status and title. */
const PROBLEMS = {
  "bad-request": { status: 400, title: "The request cannot be understood" },
  "claims-required": { status: 401, title: "Sign in again, with more proof" },
  "not-signed-in": { status: 401, title: "Sign in first" },
  "bad-link": { status: 401, title: "The link opens nothing" },
  forbidden: { status: 403, title: "You may not do this" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "This cannot be done here" },
  "already-decided": { status: 409, title: "The request is decided" },
  "already-reviewed": { status: 409, title: "You have reviewed this request" },
  changed: { status: 409, title: "What is asked has changed" },
  "deadline-passed": { status: 409, title: "The time to answer is over" },
  "not-reviewed": { status: 409, title: "You have not reviewed this request" },
  "not-waiting": { status: 409, title: "The request does not wait for a review" },
  "not-expired": { status: 409, title: "The request has not expired" },
  "not-failed": { status: 409, title: "The request has not failed" },
  "link-over": { status: 410, title: "The link shows nothing any more" },
  "length-required": { status: 411, title: "The body must say how long it is" },
  "too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body must be JSON" },
  "too-many-requests": { status: 429, title: "Not so often" },
  internal: { status: 500, title: "Something is wrong on our side" },
  "try-later": { status: 503, title: "This cannot be told right now" },
  "not-recorded": { status: 503, title: "Nothing can be read right now" },
  "sign-in-unavailable": { status: 503, title: "Tokens cannot be verified right now" },
} as const;
export type ProblemKind = keyof typeof PROBLEMS;

/** Every code that a problem may have, by which programs and the log know one from another, and the kind that it is of. */
export const PROBLEM_CODES = {
  badRequest: "bad-request",
  neverAsked: "bad-request",
  reasonRequired: "bad-request",
  notSignedIn: "not-signed-in",
  noToken: "not-signed-in",
  tokenExpired: "not-signed-in",
  tokenNotYetValid: "not-signed-in",
  incompleteToken: "not-signed-in",
  wrongAudience: "not-signed-in",
  wrongIssuer: "not-signed-in",
  wrongAlgorithm: "not-signed-in",
  wrongSignature: "not-signed-in",
  unknownKey: "not-signed-in",
  noAccessToken: "not-signed-in",
  foreignToken: "not-signed-in",
  noSignature: "not-signed-in",
  oldMessage: "not-signed-in",
  foreignSignature: "not-signed-in",
  claimsRequired: "claims-required",
  noLink: "bad-link",
  brokenLink: "bad-link",
  linkForAnother: "bad-link",
  wrongClient: "forbidden",
  wrongRole: "forbidden",
  notAPerson: "forbidden",
  wrongScope: "forbidden",
  notAnApprover: "forbidden",
  tooManyGroups: "forbidden",
  selfReview: "forbidden",
  mayNotReject: "forbidden",
  notAnApp: "forbidden",
  wrongIntegration: "forbidden",
  unknownIntegration: "forbidden",
  notFound: "not-found",
  noInbox: "not-found",
  noLinks: "not-found",
  methodNotAllowed: "method-not-allowed",
  alreadyDecided: "already-decided",
  alreadyReviewed: "already-reviewed",
  changed: "changed",
  deadlinePassed: "deadline-passed",
  notReviewed: "not-reviewed",
  notWaiting: "not-waiting",
  notExpired: "not-expired",
  notFailed: "not-failed",
  linkExpired: "link-over",
  linkOutdated: "link-over",
  linkClosed: "link-over",
  lengthRequired: "length-required",
  tooLarge: "too-large",
  unsupportedMediaType: "unsupported-media-type",
  tooMany: "too-many-requests",
  internal: "internal",
  tryLater: "try-later",
  notRecorded: "not-recorded",
  signInUnavailable: "sign-in-unavailable",
} as const satisfies Readonly<Record<string, ProblemKind>>;
export type ProblemCode = keyof typeof PROBLEM_CODES;
export const problemCodes = Object.keys(PROBLEM_CODES) as ProblemCode[];
/** The codes that a problem of one kind may have. */
export type CodeOf<K extends ProblemKind> = {
  [C in ProblemCode]: (typeof PROBLEM_CODES)[C] extends K ? C : never;
}[ProblemCode];

/** HTTP status and title of a problem. */
export const statusOf = (kind: ProblemKind): { readonly status: number; readonly title: string } =>
  PROBLEMS[kind];

/** How an error is said over HTTP; a kind of problem may have more members. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemDetails = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes).describe("What programs act on, and never on the texts, which may change."),
});

/** An answer that is not the one hoped for; thrown by handlers, turned into problem details in one place. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  /** More members of the problem document, e.g. who decided. */
  readonly members: Readonly<Record<string, string | number>>;

  /** What a 401 asks for, as its header `WWW-Authenticate` says it. */
  readonly challenge: string;

  constructor(
    code: ProblemCode,
    detail: string,
    members: Readonly<Record<string, string | number>> = {},
    challenge = "Bearer",
  ) {
    super(detail);
    this.code = code;
    this.members = members;
    this.challenge = challenge;
  }

  get kind(): ProblemKind {
    return PROBLEM_CODES[this.code];
  }
}

/** What every answer says: nobody keeps it, browsers take it for what it calls itself, and come by https only. */
export const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "strict-transport-security": "max-age=31536000",
};

/** The problem as an HTTP answer. */
export function problemResponse({ kind, code, message, members, challenge }: Problem): HttpResponseInit {
  const { status, title } = statusOf(kind);
  return {
    status,
    headers: {
      ...HEADERS,
      "content-type": "application/problem+json",
      ...(status === 401 && { "www-authenticate": challenge }),
      ...(members.retryAfterSeconds !== undefined && { "retry-after": String(members.retryAfterSeconds) }),
    },
    body: JSON.stringify({ type: `urn:problem:${kind}`, title, status, detail: message, code, ...members }),
  };
}
