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

/** The app's settings that lead it to Azure, where it can only read, with the policy in mode shadow. */
export const shadowSettings = ({
  gateway,
  secret,
  subscriptions,
  policy,
}: Shadow): Record<string, string | null> => ({
  ...NOBODY_TOLD,
  ARM_ENDPOINT: gateway.origin,
  IDENTITY_ENDPOINT: gateway.identityEndpoint,
  IDENTITY_HEADER: secret,
  CLUSTER_SCOPES: subscriptions.map((id) => `/subscriptions/${id}`).join(","),
  POLICY: resolve(policy),
  POLICY_MODE: "shadow",
  WRITES: "off",
});
