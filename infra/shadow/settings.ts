import { resolve } from "node:path";

interface Shadow {
  /** In the place of ARM. */
  readonly gateway: { readonly origin: string; readonly identityEndpoint: string };
  /** What the gateway knows the app by. */
  readonly secret: string;
  /** GUIDs. */
  readonly subscriptions: readonly string[];
  /** Path of the policy. */
  readonly policy: string;
  /** The engineer's own environment, of which the app takes some settings. */
  readonly shell: Readonly<Record<string, string | undefined>>;
}

/** Nobody is told of what would have been. */
const NOBODY_TOLD = {
  TEAMS_WORKFLOW_HOSTS: null,
  TEAMS_WORKFLOW_URL: null,
  TEAMS_BOT_ID: null,
  TEAMS_SERVICE_URL: null,
  TEAMS_ANSWERS: null,
  TEAMS_OPENID_URL: null,
  TEAMS_CONVERSATION_SECURITY_DUTY: null,
} as const;

/** Systems that a shell may name to be told, or to be let in: those of a real app. */
const SYSTEMS = /^(?:WEBHOOK_|INTEGRATION_KEYS_|EventGridOut__|OTEL_)/;

/** The app's settings that lead it to Azure, where it can only read, with the policy in mode shadow. */
export const shadowSettings = ({
  gateway,
  secret,
  subscriptions,
  policy,
  shell,
}: Shadow): Record<string, string | null> => ({
  ...NOBODY_TOLD,
  ...Object.fromEntries(Object.keys(shell).flatMap((name) => (SYSTEMS.test(name) ? [[name, null]] : []))),
  ARM_ENDPOINT: gateway.origin,
  IDENTITY_ENDPOINT: gateway.identityEndpoint,
  IDENTITY_HEADER: secret,
  CLUSTER_SCOPES: subscriptions.map((id) => `/subscriptions/${id}`).join(","),
  POLICY: resolve(policy),
  POLICY_MODE: "shadow",
  WRITES: "off",
});
