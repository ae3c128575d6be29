import { resolve } from "node:path";
import { API_ID_URI, ARM_AUDIENCE } from "../entra/constants.ts";
import { INBOX_CLIENT, MANAGED_IDENTITY } from "../entra/directory.ts";
import { LOOPBACK } from "../kit/listen.ts";
import { OPENID_PATH } from "../teams/connector-keys.ts";
import { REGION } from "../teams/constants.ts";
import { PLATFORM_WORKFLOW, SECURITY_CHANNEL } from "../teams/demo.ts";
import { workflowUrl } from "../teams/workflow-url.ts";
import type { Addresses } from "./addresses.ts";
import type { DataFolder } from "./data-folder.ts";
import { PROVIDER_SCOPE } from "./places.ts";
import { isBlob, orAzurite } from "./policy-blob.ts";
import { recordKeys, type Settings } from "./settings.ts";

/**
 * What children inherit from the user's shell. Nothing else: an `AZURE_CLIENT_ID` or a proxy that happens to be set
 * there must not send the local app to a real tenant.
 */
const INHERITED = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "TERM",
  "NO_COLOR",
  "FORCE_COLOR",
  "NODE_COMPILE_CACHE",
];

/** Settings of the app that a user may change from the shell. */
const USER_SETTINGS = [
  "SWEEP_SCHEDULE",
  "POLICY_SCHEDULE",
  "NOTICE_SCHEDULE",
  "DIGEST_SCHEDULE",
  "DIGEST_MAX_AGE",
  "HISTORY_DAYS",
  "PURGE_SCHEDULE",
  "POLICY_KEYS",
  "POLICY_SIGNATURES",
  "KILL_SWITCH",
  "POLICY_MODE",
  "WRITES",
  "REJECTION_DELAY",
  "WEBHOOK_PRIVATE",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_METRIC_EXPORT_INTERVAL",
  "EVENT_GRID_FILTER",
  "EventGridOut__topicEndpointUri",
  "EventGridOut__credential",
  "EventGridOut__clientId",
];
/** And those that go by a name of the user's own. */
const USER_PREFIX = /^(WEBHOOK_(URL|KEYS|FILTER)|INTEGRATION_KEYS)_/;

/** A child's environment before its own settings. */
export function baseEnvironment(shell: NodeJS.ProcessEnv): Record<string, string> {
  return pick(shell, INHERITED);
}

/** The app's settings, as they would stand in the function app's configuration in Azure. */
export function appSettings(
  shell: NodeJS.ProcessEnv,
  folder: DataFolder,
  settings: Settings,
  addresses: Addresses,
  armRate: string | undefined,
): Record<string, string> {
  const policy = orAzurite(shell.POLICY ?? "", addresses.storage);
  return {
    ServiceBus: addresses.serviceBus,
    HINT_QUEUE: addresses.queue,
    CLUSTER_SCOPES: PROVIDER_SCOPE,
    ARM_ENDPOINT: addresses.arm,
    ARM_AUDIENCE,
    IDENTITY_ENDPOINT: `${addresses.entra}/msi/token`,
    IDENTITY_HEADER: settings.keys.identityHeader,
    AZURE_CLIENT_ID: MANAGED_IDENTITY.clientId,
    NODE_EXTRA_CA_CERTS: addresses.armCa,
    SIGN_IN_ISSUER: `${addresses.entra}/${addresses.tenantId}/v2.0`,
    SIGN_IN_AUDIENCE: addresses.audience,
    API_ID_URI,
    INBOX_CLIENT_ID: INBOX_CLIENT.clientId,
    TENANT_ID: addresses.tenantId,
    AUDIT_STORE: addresses.storage ?? folder.audit,
    RECORD_KEYS: recordKeys(settings),
    LINK_KEYS: settings.keys.links,
    PUBLIC_URL: addresses.app,
    TEAMS_WORKFLOW_HOSTS: LOOPBACK,
    TEAMS_WORKFLOW_URL: workflowUrl(addresses.teams.api, settings.keys.workflows, PLATFORM_WORKFLOW.id),
    TEAMS_BOT_ID: MANAGED_IDENTITY.clientId,
    TEAMS_SERVICE_URL: `${addresses.teams.api}/${REGION}`,
    TEAMS_ANSWERS: "on",
    TEAMS_OPENID_URL: `${addresses.teams.api}${OPENID_PATH}`,
    GRAPH_ENDPOINT: `${addresses.entra}/graph`,
    TEAMS_CONVERSATION_SECURITY_DUTY: SECURITY_CHANNEL.id,
    // Who edits a policy here wants to see soon what comes of it.
    POLICY_SCHEDULE: "*/10 * * * * *",
    REJECTION_DELAY: "0s",
    // The app paces itself by what ARM allows.
    ...(armRate !== undefined && { AKS_RATE: armRate, ARM_READ_RATE: armRate }),
    ...pick(shell, [...USER_SETTINGS, ...Object.keys(shell).filter((name) => USER_PREFIX.test(name))]),
    // The app runs in its own folder; the user meant the one that npm start was typed in.
    ...(policy && { POLICY: isBlob(policy) ? policy : resolve(policy) }),
  };
}

/**
 * The app's settings for commands on this machine that do as the app would, such as `npm run policy -- simulate`. None of
 * them writes records, makes links, tells other systems or takes reviews, so none gets the keys for that.
 */
export function commandSettings(app: Readonly<Record<string, string>>): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS: authority = "", RECORD_KEYS: _records, LINK_KEYS: _links, ...others } = app;
  const settings = Object.fromEntries(Object.entries(others).filter(([name]) => !USER_PREFIX.test(name)));
  const trust = new URL("trust-arm.ts", import.meta.url);
  return { ...settings, LOCAL_AUTHORITY: authority, NODE_OPTIONS: `--import=${trust.href}` };
}

function pick(shell: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (shell[name] === undefined ? [] : [[name, shell[name]]])),
  );
}
