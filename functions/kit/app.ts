import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { InvocationContext } from "@azure/functions";
import type { ActivityNeeds } from "../../shared/approval/activities/needs.ts";
import type { Ledger } from "../../shared/approval/amend.ts";
import { openAuditDatabase } from "../../shared/audit/sqlite.ts";
import { createArmClient } from "../../shared/azure/arm-client.ts";
import { armClusters } from "../../shared/azure/clusters.ts";
import { armConnections } from "../../shared/azure/connections.ts";
import { appCredential } from "../../shared/azure/credential.ts";
import { serviceBusQuarantine } from "../../shared/azure/quarantine.ts";
import { readConfig } from "../../shared/config.ts";
import { instant } from "../../shared/connection/connection.ts";
import type { IntakeNeeds } from "../../shared/intake/follow-hint.ts";
import type { ReceiveNeeds } from "../../shared/intake/receive.ts";
import { logNotifier } from "../../shared/notify/log.ts";
import { formatProblems, loadPolicy, type Policy } from "../../shared/policy/index.ts";
import { orchestrationsOf } from "./orchestrations.ts";
import { createSignIn } from "./sign-in.ts";

/**
 * What the functions stand on, made once when the app starts. A setting that is missing or a policy that is broken
 * stops the app here, with every problem in the message.
 */
export const config = readConfig();
export const policy = readPolicy(config.POLICY_FILE);
export const store = openAuditDatabase(config.AUDIT_DATABASE);
export const signIn = createSignIn(config);
const quarantine = serviceBusQuarantine({
  queue: config.QUARANTINE_QUEUE,
  connectionString: config.ServiceBus,
  fullyQualifiedNamespace: config.ServiceBus__fullyQualifiedNamespace,
  clientId: config.AZURE_CLIENT_ID,
});

const arm = createArmClient({
  endpoint: config.ARM_ENDPOINT,
  audience: config.ARM_AUDIENCE,
  credential: appCredential(config.AZURE_CLIENT_ID),
});
const connections = armConnections(arm);
const clusters = armClusters(arm);

/** The trails, with a log line in this invocation for each record that is written. */
export const ledgerOf = (context: InvocationContext): Ledger => ({
  store,
  now: () => instant(Date.now()),
  told: ({ requestId, kind, sentence }) => context.info(`${requestId} ${kind}: ${sentence}`),
});

/** What the work of a request's life needs, in this invocation. */
export const activityNeedsOf = (context: InvocationContext): ActivityNeeds => ({
  ledger: ledgerOf(context),
  connections,
  clusters,
  policy,
  notifier: logNotifier(config.PUBLIC_URL, (line) => context.info(line)),
  random: Math.random,
  warn: (line) => context.warn(line),
});

/** What following a hint needs, in this invocation, whose function must have the durable client among its inputs. */
export const intakeNeedsOf = (context: InvocationContext): IntakeNeeds => ({
  ledger: ledgerOf(context),
  connections,
  clusters,
  orchestrations: orchestrationsOf(context),
  scopes: config.CLUSTER_SCOPES,
});

/** What receiving a message or an event needs, in this invocation; the same holds for its function. */
export const receiveNeedsOf = (context: InvocationContext): ReceiveNeeds => ({
  ...intakeNeedsOf(context),
  quarantine,
  debug: (line) => context.debug(line),
  warn: (line) => context.warn(line),
});

function readPolicy(file: string): Policy {
  const text = readText(file);
  const loaded = loadPolicy(text, file);
  if (loaded.kind === "problems") throw unusable(formatProblems(loaded.problems, text));
  return loaded.policy;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unusable(`POLICY_FILE names ${resolve(file)}, which cannot be read: ${String(error)}`);
  }
}

/** For the one who wrote the policy: what is wrong, and no stack, which would only tell of our code. */
function unusable(problems: string): Error {
  const error = new Error(`The policy cannot be used:\n${problems}`);
  error.stack = error.message;
  return error;
}
