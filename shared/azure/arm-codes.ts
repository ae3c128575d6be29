import type { FaultCode } from "../connection/fault.ts";

/**
 * ARM's error codes that say more than the HTTP status with which they come.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources (ScopeLocked, 409)
 * @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider
 */
const CODES: Readonly<Record<string, FaultCode>> = {
  // 409 each, but no other operation is in progress: they stay until a person acts.
  ScopeLocked: "BLOCKED",
  MissingSubscriptionRegistration: "BLOCKED",
  SubscriptionNotRegistered: "BLOCKED",
  ReadOnlyDisabledSubscription: "BLOCKED",
  DisallowedOperation: "BLOCKED",
  RequestDisallowedByPolicy: "DENIED_BY_POLICY",
  RequestDisallowedByAzure: "DENIED_BY_POLICY",
  AuthorizationFailed: "FORBIDDEN",
  LinkedAuthorizationFailed: "FORBIDDEN",
  AnotherOperationInProgress: "BUSY",
  RetryableError: "BUSY",
  // Resource providers say these with 400 as well.
  InternalServerError: "UNREACHABLE",
  InternalError: "UNREACHABLE",
  InternalExecutionError: "UNREACHABLE",
  ServerTimeout: "UNREACHABLE",
  GatewayTimeout: "UNREACHABLE",
  ServiceUnavailable: "UNREACHABLE",
};

/** What an answer that is no success means to us: by ARM's own code where that says more, by its status otherwise. */
export function codeOf(status: number, armCode: string | undefined): FaultCode {
  if (status === 429) return "THROTTLED";
  const known = armCode !== undefined && Object.hasOwn(CODES, armCode) ? CODES[armCode] : undefined;
  return known ?? codeOfStatus(status, armCode);
}

/** ARM gives a code with whatever it refuses: without one, something in between has answered. */
function codeOfStatus(status: number, armCode: string | undefined): FaultCode {
  if (status === 401 || status === 403) return "FORBIDDEN";
  if (status === 408 || status === 409 || status === 412) return "BUSY";
  if (status >= 500) return "UNREACHABLE";
  return status < 400 || armCode === undefined ? "UNREADABLE" : "REFUSED";
}
