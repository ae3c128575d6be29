import { setTimeout as pause } from "node:timers/promises";
import { app, type InvocationContext } from "@azure/functions";
import { createArmClient } from "../../shared/azure/arm-client.ts";
import { armClusters } from "../../shared/azure/clusters.ts";
import { armConnections } from "../../shared/azure/connections.ts";
import { appCredential } from "../../shared/azure/credential.ts";
import { azureFactSources } from "../../shared/azure/fact-sources.ts";
import { serviceBusQuarantine } from "../../shared/azure/quarantine.ts";
import { readConfig } from "../../shared/config.ts";
import { instant } from "../../shared/connection/connection.ts";
import type { FactSources } from "../../shared/facts/port.ts";
import type { IntakeNeeds } from "../../shared/intake/follow-hint.ts";
import type { ReceiveNeeds } from "../../shared/intake/receive.ts";
import { logNotifier } from "../../shared/notify/log.ts";
import { fileSource } from "../../shared/policy-in-force/file-source.ts";
import { PoliciesInForce, type Report } from "../../shared/policy-in-force/policies.ts";
import type { Policies } from "../../shared/policy-in-force/port.ts";
import type { Ledger } from "../../shared/request/ledger.ts";
import { openAuditDatabase } from "../../shared/store/sqlite.ts";
import type { ActivityNeeds } from "../../shared/workflow/needs.ts";
import { orchestrationsOf } from "./orchestrations.ts";
import { createSignIn } from "./sign-in.ts";

/**
 * What the functions stand on, made once when the app starts. A setting that is missing stops the app here, with every
 * problem in the message.
 */
export const config = readConfig();
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
const facts: FactSources = { ...azureFactSources(arm, config.ARM_ENDPOINT), history: store, connections };

export const policyInForce = new PoliciesInForce({
  source: fileSource({ file: config.POLICY_FILE, now: Date.now, pause }),
  approvalsOff: config.KILL_SWITCH === "on",
  now: Date.now,
});

/**
 * The policy is read when the app starts, so that a broken one stops it here, with every problem in the message.
 *
 * The worker awaits this hook before it answers the host's first request, or the one that gives it the app's settings.
 * What is thrown becomes the failure in that answer; the host logs it ("Initializing worker process failed", or
 * "Reloading environment variables failed") and calls no function of this worker.
 * @see azure-functions-nodejs-worker, startApp.ts, WorkerInitHandler.ts, FunctionEnvironmentReloadHandler.ts and
 * setupEventStream.ts; azure-functions-host, GrpcWorkerChannel.cs
 */
app.hook.appStart(() =>
  // No invocation, no log: the host takes what its worker writes here into its own.
  policyInForce.load((_level, line) => void process.stdout.write(`${line}\n`)),
);

/** News about the policy go to the log of the invocation that came upon them. */
export const reportTo =
  (context: InvocationContext): Report =>
  (level, line) =>
    context[level](line);

/** The policy in force, for the work of this invocation. */
const policiesOf = (context: InvocationContext): Policies => ({
  current: () => policyInForce.current(reportTo(context)),
});

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
  policies: policiesOf(context),
  facts,
  notifier: logNotifier(config.PUBLIC_URL, (line) => context.info(line)),
  random: Math.random,
  warn: (line) => context.warn(line),
});

/** What following a hint needs, in this invocation, whose function must have the durable client among its inputs. */
export const intakeNeedsOf = (context: InvocationContext): IntakeNeeds => ({
  ledger: ledgerOf(context),
  connections,
  clusters,
  policies: policiesOf(context),
  facts,
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
