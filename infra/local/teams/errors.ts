/** The codes of refusals, each with its HTTP status: first those of a flow's trigger, then those of the connector. */
const STATUS = {
  AuthorizationFailed: 401, // a wrong signature
  DirectApiAuthorizationRequired: 401, // not the credentials that this trigger asks for
  DirectApiRequestHasMoreThanOneAuthorization: 401, // a signature and a token
  InvalidAuthenticationToken: 401, // a token that does not verify
  MisMatchingOAuthClaims: 401, // a token for somebody else, or of another tenant
  MissingApiVersionParameter: 400, // ?api-version= is required
  RequestEntityTooLarge: 413, // more than 28 KB
  TooManyRequests: 429, // the trigger's limit
  WorkflowNotFound: 404, // there never was such a flow
  WorkflowTriggerIsNotEnabled: 400, // the flow is off, or was deleted

  ActivityNotFoundInConversation: 404, // no such message
  BadArgument: 400, // the activity, or its card
  BotNotInConversationRoster: 403, // the app is not installed there
  BotNotRegistered: 401, // the token is good, and nobody's bot
  ConversationNotFound: 404, // no such conversation
  MessageSizeTooBig: 413, // more than 28 KB
  NotEnoughPermissions: 403, // somebody else's message
  Throttled: 429, // the thread's limit
  Unauthorized: 401, // no token, or one that does not verify

  MethodNotAllowed: 405, // a path, but not with this method
  NotFound: 404, // no such path
  ServiceUnavailable: 503, // the issuer's keys cannot be read
} as const satisfies Record<string, number>;

export type TeamsErrorCode = keyof typeof STATUS;

/** A refusal: thrown before anything is written, answered as `{ error: { code, message } }`. */
export class TeamsError extends Error {
  readonly code: TeamsErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: TeamsErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "TeamsError";
    this.code = code;
    this.status = STATUS[code];
    this.headers = headers;
  }
}

/** The body of a refusal. */
export const errorBody = (code: string, message: string) => ({ error: { code, message } });

/** The refusal of what came too often; the whole seconds to wait are told. */
export const throttled = (code: "TooManyRequests" | "Throttled", seconds: number): TeamsError =>
  new TeamsError(code, "Too many requests.", { "retry-after": String(seconds) });
