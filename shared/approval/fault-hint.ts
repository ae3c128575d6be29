import type { Fault } from "../connection/fault.ts";

const WRITE_ACTION = "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write";

const GIVE_ROLE = `Give the app's identity a role with ${WRITE_ACTION} and the matching read actions on the cluster. A role that was granted just now needs up to ten minutes.`;
const NEW_TOKEN =
  "ARM does not accept the app's token, not even a new one. Look at the app's identity, its tenant and the clock.";

/** What a person must do before it can work, by what ARM said; `said` is ARM's own sentence. */
const HINTS: Readonly<Record<string, (said: string) => string>> = {
  ScopeLocked: (said) =>
    `A read-only lock forbids the write. Remove the lock on ${lockedScopesIn(said)}, then retry the request.`,
  MissingSubscriptionRegistration: register,
  SubscriptionNotRegistered: register,
  ReadOnlyDisabledSubscription: () =>
    "The cluster's subscription is disabled. Enable it, then retry the request.",
  OperationNotAllowed: () =>
    "The cluster, or the connection, does not allow this in its state. Start the cluster if it is stopped, then retry the request.",
  ExpiredAuthenticationToken: () => NEW_TOKEN,
  InvalidAuthenticationToken: () => NEW_TOKEN,
  AuthenticationFailed: () => NEW_TOKEN,
  InvalidAuthenticationTokenTenant: () =>
    "The app's identity is of another tenant than the cluster's subscription. Give the app an identity of that tenant.",
  NoToken: () =>
    "The app has no identity that gives it a token. Look at AZURE_CLIENT_ID and the app's identity.",
  LinkedAuthorizationFailed: (said) =>
    `The app's identity lacks an action on a linked resource, which ARM names: ${said} Give it a role with that action.`,
  DenyAssignmentAuthorizationFailed: () =>
    "A deny assignment forbids this to the app's identity. Exclude the identity from it.",
};

/** What a person must do before it can work; null when we do not know. */
export function hintFor(fault: Fault): string | null {
  const { armCode, code, message } = fault;
  if (armCode !== undefined && Object.hasOwn(HINTS, armCode)) {
    // A conflict of the same name passes by itself.
    if (!fault.isTransient) return HINTS[armCode]?.(message) ?? null;
  }
  switch (code) {
    case "FORBIDDEN":
      return GIVE_ROLE;
    case "DENIED_BY_POLICY":
      return "An Azure Policy assignment denies this write; exempt the cluster or the app, or change the assignment.";
    case "THROTTLED":
    case "BUSY":
    case "UNREACHABLE":
      return "It is tried again by itself; if that does not help, look at the health of ARM and of the cluster.";
    case "UNREADABLE":
      return "Something between the app and ARM, such as a proxy, may answer in its place; look at the app's way to ARM.";
    case "OUT_OF_SCOPE":
      return "Name the cluster in CLUSTER_SCOPES if it is to be answered.";
    case "BLOCKED":
      return "Do away with what ARM names, then retry the request.";
    default:
      return null;
  }
}

/** The scopes that ARM names in its sentence about a lock, as `'/subscriptions/…'`; the lock's own name is not in it. */
const lockedScopesIn = (said: string): string =>
  /locked: (?<scopes>'[^']+'(?:, ?'[^']+')*)/.exec(said)?.groups?.scopes ?? "the cluster or above it";

/** ARM says: not registered to use namespace 'Microsoft.X'. */
function register(said: string): string {
  const provider = /namespace '(?<name>[A-Za-z0-9.]+)'/.exec(said)?.groups?.name ?? "that ARM names";
  return `Register the resource provider ${provider} in the subscription that ARM names, then retry the request.`;
}
