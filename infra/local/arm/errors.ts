/** ARM's error codes as this stand-in uses them, each with its HTTP status. */
const STATUS = {
  BadRequest: 400, // Resource Graph: the query; `details` say why
  AuthenticationFailed: 401, // no token, or one that does not verify
  CannotChangePrivateLinkConnectionOnPrivateEndpoint: 400, // an endpoint's target is fixed for life
  InvalidApiVersionParameter: 400, // not a date, or given twice
  InvalidAuthenticationTokenTenant: 401, // the token is another tenant's
  InvalidParameter: 400, // a path parameter breaks its documented rule
  InvalidRequestContent: 400, // the body is not JSON, or not of the documented shape
  InvalidRequestUri: 400, // empty, dotted or doubly encoded path segments
  InvalidResourceReference: 400, // a resource named in the body does not exist
  InvalidResourceType: 404, // no route
  InvalidSubscriptionId: 400, // not a uuid
  MethodNotAllowed: 405, // a route, but not with this method
  MissingApiVersionParameter: 400, // ?api-version= is required
  NoRegisteredProviderFound: 400, // a date that the provider does not support
  OperationNotAllowed: 400, // the resource's state forbids it for good
  PropertyChangeNotAllowed: 400, // AKS: fixed at creation
  RateLimiting: 429, // Resource Graph's limit
  RequestContentTooLarge: 413, // more than 4 MB
  ResourceNotFound: 404, // no such resource
  ServiceUnavailable: 503, // ARM itself cannot do its work now
  SubscriptionNotFound: 404, // no such subscription, in any tenant
  Throttled: 429, // the resource provider's limit
  TooManyRequests: 429, // ARM's own limit
} as const satisfies Record<string, number>;

export type ArmErrorCode = keyof typeof STATUS;

/** One of several reasons. */
interface ErrorDetail {
  code: string;
  message: string;
}

/** A refusal: thrown before anything is written, answered as ARM's `ErrorResponse`. */
export class ArmError extends Error {
  readonly code: ArmErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: readonly ErrorDetail[] | undefined;

  constructor(
    code: ArmErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details?: readonly ErrorDetail[],
  ) {
    super(message);
    this.name = "ArmError";
    this.code = code;
    this.status = STATUS[code];
    this.headers = headers;
    this.details = details;
  }
}

/** ARM's `ErrorResponse`. @see https://learn.microsoft.com/rest/api/aks/private-endpoint-connections/update#errorresponse */
export function errorBody(
  code: string,
  message: string,
  details?: readonly ErrorDetail[],
): { error: { code: string; message: string; details?: readonly ErrorDetail[] } } {
  return { error: { code, message, ...(details && { details }) } };
}

/** The refusal for a resource that does not exist. */
export function notFound(type: string, name: string, resourceGroup: string): ArmError {
  return new ArmError(
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found.`,
  );
}
