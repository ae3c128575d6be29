import { APPROVER_ACTIONS } from "../../../shared/doctor/checks/roles.ts";
import { EVENTS, HOUR_MS, queueOf } from "./kit.ts";
import { aPolicy, PROVIDER, type World } from "./world.ts";

const ailing = (code: string) => ({
  status: "degraded",
  troubles: [{ code, since: null, sentence: "It is so." }],
});

/** What is broken, the check that tells it, how bad it is, what it says, and the command that mends it. */
export type Row = readonly [string, () => unknown, string, string, RegExp, RegExp];

export const rowsOf = (world: World): readonly Row[] => [
  ...APPROVER_ACTIONS.map(
    (action): Row => [
      `the app may not ${action}`,
      () => world.mayDo(APPROVER_ACTIONS.filter((one) => one !== action)),
      "roles",
      "fault",
      new RegExp(`^It lacks ${action}\\.$`),
      /^az deployment sub create --subscription \S+ .*watched\.bicep --parameters appPrincipalId=e5f90b1d\S+ appId=\/subs/,
    ],
  ),
  [
    "an action is taken out of a role that has a star",
    () => world.mayDo(["*"], ["Microsoft.ContainerService/managedClusters/*/write"]),
    "roles",
    "fault",
    /privateEndpointConnections\/write\.$/,
    /watched\.bicep/,
  ],
  [
    "Resource Graph refuses",
    () =>
      world.control("troubles", {
        method: "POST",
        pathPattern: "ResourceGraph",
        times: 1,
        kind: "status",
        status: 403,
        code: "AuthorizationFailed",
        message: "It may not.",
      }),
    "resource-graph",
    "fault",
    /^Azure answers 403\. AuthorizationFailed/,
    /^az graph query/,
  ],
  [
    "the topic is gone, and its subscription with it",
    () =>
      world.describe(
        `/subscriptions/${PROVIDER}/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/approvals`,
        null,
      ),
    "events",
    "fault",
    /^No event subscription leads/,
    /watched\.bicep/,
  ],
  [
    "nobody hears of the subscription's events",
    () => world.eventSubscription(null),
    "events",
    "fault",
    /^No event subscription leads/,
    /watched\.bicep/,
  ],
  [
    "the events go to another app",
    () =>
      world.eventSubscription({
        ...EVENTS,
        destination: {
          endpointType: "AzureFunction",
          properties: { resourceId: "/elsewhere/functions/eventHint" },
        },
      }),
    "events",
    "fault",
    /^No event subscription leads/,
    /watched\.bicep/,
  ],
  [
    "the event subscription leaves deletions out",
    () =>
      world.eventSubscription({
        ...EVENTS,
        filter: { includedEventTypes: ["Microsoft.Resources.ResourceWriteSuccess"] },
      }),
    "events",
    "fault",
    /leaves out Microsoft\.Resources\.ResourceDeleteSuccess/,
    /watched\.bicep/,
  ],
  [
    "the event subscription could not be made",
    () => world.eventSubscription({ ...EVENTS, provisioningState: "Failed" }),
    "events",
    "fault",
    /is in the state Failed/,
    /watched\.bicep/,
  ],
  [
    "there is no queue",
    () => world.queue("private-endpoint-hints", null),
    "queues",
    "fault",
    /404\. ResourceNotFound/,
    /^azd provision$/,
  ],
  [
    "there is no quarantine",
    () => world.queue("private-endpoint-hints-quarantine", null),
    "queues",
    "fault",
    /404\. ResourceNotFound/,
    /^azd provision$/,
  ],
  [
    "the queue is off",
    () => world.queue("private-endpoint-hints", { status: "ReceiveDisabled" }),
    "queues",
    "fault",
    /^It is ReceiveDisabled/,
    /^az servicebus queue update --namespace-name sb-approvals --resource-group rg-approvals --name private-endpoint-hints --status Active$/,
  ],
  [
    "hints have died",
    () => world.queue("private-endpoint-hints", queueOf(0, 2)),
    "queues",
    "warning",
    /^2 messages are dead/,
    /^az servicebus queue show /,
  ],
  [
    "somebody sends what nobody understands",
    () => world.queue("private-endpoint-hints-quarantine", queueOf(3)),
    "queues",
    "warning",
    /^3 messages that nobody understands/,
    /^az servicebus queue show /,
  ],
  [
    "there are no digests",
    () => world.noDigests(),
    "digests",
    "warning",
    /^There is none yet/,
    /audit -- verify/,
  ],
  [
    "the digests are late",
    () => world.digestOf(3 * HOUR_MS),
    "digests",
    "fault",
    /too long ago/,
    /audit -- verify/,
  ],
  ["a digest cannot be read", () => world.damagedDigest(), "digests", "fault", /./, /./],
  [
    "the app's clock is two minutes ahead",
    () => world.app.isAhead(120_000),
    "clocks",
    "fault",
    /^It is 1[12]\d s ahead of this machine's/,
    /set-ntp/,
  ],
  [
    "the app's clock is ten seconds behind",
    () => world.app.isAhead(-10_000),
    "clocks",
    "warning",
    /behind/,
    /set-ntp/,
  ],
  [
    "the app wants tokens for something else",
    () =>
      world.app.says("sign-in", {
        status: 200,
        body: {
          issuer: world.env.SIGN_IN_ISSUER,
          clientId: PROVIDER,
          scopes: [],
          apiClientId: "1c9c1b6e-41d6-44a0-8f0e-3a5f7f0c9c11",
        },
      }),
    "sign-in",
    "fault",
    /wants the audience 1c9c1b6e/,
    /SIGN_IN_AUDIENCE=/,
  ],
  [
    "the last sweep is too long ago",
    () => world.app.says("health", { status: 200, body: ailing("sweepLate") }),
    "health",
    "warning",
    /^sweepLate: /,
    /sweepLate in docs\/runbook\.md/,
  ],
  [
    "the app's store does not answer",
    () => world.app.says("health", { status: 503, body: { code: "tryLater" } }),
    "health",
    "fault",
    /^It is not ready \(503\)/,
    /docs\/runbook\.md/,
  ],
  [
    "a policy was refused",
    () =>
      world.app.says("policy", {
        status: 200,
        body: aPolicy({
          refused: { at: "2026-11-30T09:00:00Z", problems: ["line 3: there is no such fact"] },
        }),
      }),
    "policy",
    "fault",
    /^A newer one was refused: line 3/,
    /^npm run policy -- check/,
  ],
  [
    "the policy's file is gone",
    () =>
      world.app.says("policy", {
        status: 200,
        body: aPolicy({ lastLookFailed: { at: "2026-11-30T09:00:00Z", because: "ENOENT" } }),
      }),
    "policy",
    "fault",
    /^It cannot be read: ENOENT/,
    /setting POLICY /,
  ],
  [
    "the switches' file is damaged",
    () =>
      world.app.says("policy", {
        status: 200,
        body: aPolicy({
          switches: {
            settings: { killSwitch: "off", writes: "on" },
            file: {
              file: "switches.json",
              isThere: true,
              killSwitch: "on",
              writes: "off",
              readAt: null,
              problem: { at: "2026-11-30T09:00:00Z", because: "It is no JSON." },
              isStopped: true,
            },
          },
        }),
      }),
    "policy",
    "fault",
    /^switches\.json cannot be read: It is no JSON/,
    /^Mend it/,
  ],
  [
    "the kill switch is on",
    () => world.app.says("policy", { status: 200, body: aPolicy({ approvals: "off" }) }),
    "policy",
    "warning",
    /kill switch is on/,
    /KILL_SWITCH=off/,
  ],
  [
    "writes are off",
    () => world.app.says("policy", { status: 200, body: aPolicy({ writes: "off" }) }),
    "policy",
    "warning",
    /Nothing is written/,
    /WRITES=on/,
  ],
];
