import type { InvocationContext } from "@azure/functions";
import { createArmClient } from "../../shared/azure/arm-client.ts";
import { createBudgets } from "../../shared/azure/budgets.ts";
import { armClusters } from "../../shared/azure/clusters.ts";
import { armConnections } from "../../shared/azure/connections.ts";
import { appCredential } from "../../shared/azure/credential.ts";
import { azureFactSources } from "../../shared/azure/fact-sources.ts";
import { fairConnections } from "../../shared/azure/fair-connections.ts";
import { type Directory, graphDirectory } from "../../shared/azure/graph.ts";
import { serviceBusQuarantine } from "../../shared/azure/quarantine.ts";
import { Spellings } from "../../shared/azure/spellings.ts";
import { type Config, readWrites } from "../../shared/config.ts";
import { instant } from "../../shared/connection/connection.ts";
import { digestSeals } from "../../shared/evidence/digest.ts";
import type { DigestNeeds } from "../../shared/evidence/write-digests.ts";
import type { FactSources } from "../../shared/facts/port.ts";
import { type Health, healthOf } from "../../shared/health/watch.ts";
import type { IntakeNeeds } from "../../shared/intake/follow-hint.ts";
import { Looks } from "../../shared/intake/looks.ts";
import type { ReceiveNeeds } from "../../shared/intake/receive.ts";
import { AtOnce } from "../../shared/notify/at-once.ts";
import type { Trial } from "../../shared/notify/trial.ts";
import type { PoliciesInForce, Report } from "../../shared/policy-in-force/policies.ts";
import { provedHistory } from "../../shared/request/history.ts";
import type { Change } from "../../shared/request/life.ts";
import { keyedSeals } from "../../shared/request/seal.ts";
import { openDigests } from "../../shared/store/digests/open.ts";
import { openStore } from "../../shared/store/open.ts";
import type { Store } from "../../shared/store/store.ts";
import type { ActivityNeeds, JudgingNeeds, TakingTurns } from "../../shared/workflow/needs.ts";
import { PacedStarts } from "../../shared/workflow/paced-starts.ts";
import type { PeopleNeeds } from "../../shared/workflow/people.ts";
import { type Log, logRecord } from "./log-record.ts";
import { measureChange } from "./measure.ts";
import { orchestrationsOf } from "./orchestrations.ts";
import { policiesInForce } from "./policy-source.ts";
import { createSignIn, type SignIn } from "./sign-in.ts";
import { startDeliveries, type Telling, tellingBy } from "./telling.ts";

/** What the functions stand on. The functions whose needs are asked for must have the durable client among their inputs. */
export interface App {
  readonly config: Config;
  readonly store: Store;
  readonly signIn: SignIn;
  /** How it is. */
  readonly health: () => Promise<Health>;
  readonly policyInForce: PoliciesInForce;
  /** Who people are that click in Teams. */
  readonly directory: Directory;
  /** Names of the channels by which people are told. */
  readonly channels: readonly string[];
  /** How they are tried, in this invocation. */
  trials(context: InvocationContext): readonly Trial[];
  /** What the work of a request's life needs, in this invocation. */
  activityNeeds(context: InvocationContext): ActivityNeeds;
  /** What following a hint needs. */
  intakeNeeds(context: InvocationContext): IntakeNeeds;
  /** What receiving a message or an event needs. @param log outlives the invocation */
  receiveNeeds(context: InvocationContext, log: Log): ReceiveNeeds;
  /** What writing digests needs. */
  readonly digestNeeds: DigestNeeds;
  /** What the use cases of people need. */
  peopleNeeds(context: InvocationContext): PeopleNeeds;
}

/** Makes the app from its settings. */
export async function createApp(config: Config): Promise<App> {
  const telling = tellingBy(config);
  const store = await openStore(config.AUDIT_STORE, {
    recipients: telling.recipients,
    credential: appCredential(config.AZURE_CLIENT_ID),
    // What is left undone may belong to no invocation: the host takes what its worker writes here into its own log.
    warn: (line) => void process.stdout.write(`${line}\n`),
  });
  const policyInForce = policiesInForce(config, store.standing);
  const quarantine = serviceBusQuarantine({
    queue: config.QUARANTINE_QUEUE,
    connectionString: config.ServiceBus,
    fullyQualifiedNamespace: config.ServiceBus__fullyQualifiedNamespace,
    clientId: config.AZURE_CLIENT_ID,
  });
  const looks = new Looks();
  // An approval takes two calls at least, so that more could only wait; and few wait long for the next one.
  const { burst, perSecond } = config.AKS_RATE;
  const starts = new PacedStarts({ burst: burst / 2, perSecond: perSecond * 2 });
  const judgingNeeds = judging(config, { store, telling, policyInForce });
  const intakeNeeds = (context: InvocationContext, log: Log = context): IntakeNeeds => ({
    ...judgingNeeds(context, log),
    orchestrations: starts.of(orchestrationsOf(context), (line) => log.warn(line)),
    scopes: config.CLUSTER_SCOPES,
    looks,
    warn: (line) => log.warn(line),
  });
  const peopleNeeds = (context: InvocationContext): PeopleNeeds => ({
    ...judgingNeeds(context),
    orchestrations: orchestrationsOf(context),
    warn: (line) => context.warn(line),
  });
  return {
    config,
    store,
    signIn: createSignIn(config),
    health: healthIn(config, store, policyInForce),
    policyInForce,
    directory: graphDirectory({
      endpoint: config.GRAPH_ENDPOINT,
      credential: appCredential(config.AZURE_CLIENT_ID),
    }),
    channels: telling.names,
    trials: telling.trials,
    activityNeeds: (context) => ({
      ...judgingNeeds(context),
      writes: {
        scopes: config.CLUSTER_SCOPES,
        areOn: async () => readWrites() && (await policyInForce.areWritesOn(reportTo(context))),
      },
      delivery: {
        store,
        outbox: store.outbox,
        channels: telling.channels(context, store.posted),
        subscribers: telling.subscribers(context),
        recipients: telling.recipients,
        warn: (line) => context.warn(line),
        error: (line) => context.error(line),
      },
      random: Math.random,
      warn: (line) => context.warn(line),
    }),
    intakeNeeds,
    receiveNeeds: (context, log) => ({
      ...intakeNeeds(context, log),
      quarantine,
      debug: (line) => log.debug(line),
    }),
    digestNeeds: digesting(config, store),
    peopleNeeds,
  };
}

const healthIn = (config: Config, store: Store, policyInForce: PoliciesInForce): App["health"] =>
  healthOf({
    store,
    policyInForce,
    // A probe has no invocation of whoever waits for such news: the host takes what its worker writes here into its own log.
    report: (_level, line) => void process.stdout.write(`${line}\n`),
    maxAges: { sweep: config.SWEEP_MAX_AGE_MS, digests: config.DIGEST_MAX_AGE_MS },
    now: Date.now,
  });

function digesting(
  { DIGESTS, RECORD_KEYS, DIGEST_MAX_AGE_MS, AZURE_CLIENT_ID }: Config,
  { trails }: Store,
): DigestNeeds {
  if (DIGESTS === null) throw new Error("The settings were accepted without a place for digests.");
  return {
    trails,
    digests: openDigests(DIGESTS, appCredential(AZURE_CLIENT_ID)),
    seals: digestSeals(RECORD_KEYS),
    maxAgeMs: DIGEST_MAX_AGE_MS,
    now: () => instant(Date.now()),
  };
}

/** What judging a request needs, in each invocation. */
function judging(
  config: Config,
  { store, telling, policyInForce }: Pick<App, "store" | "policyInForce"> & { readonly telling: Telling },
): (context: InvocationContext, log?: Log) => JudgingNeeds & TakingTurns & Pick<IntakeNeeds, "isShort"> {
  const arm = createArmClient({
    endpoint: config.ARM_ENDPOINT,
    audience: config.ARM_AUDIENCE,
    credential: appCredential(config.AZURE_CLIENT_ID),
  });
  const spellings = new Spellings();
  const budgets = createBudgets({ aks: config.AKS_RATE, armReads: config.ARM_READ_RATE });
  const { inTurnOf, isShort } = fairConnections(armConnections(arm, spellings), budgets);
  const connections = inTurnOf({ purpose: "look", consumer: null });
  const clusters = armClusters(arm, budgets, spellings);
  const seals = keyedSeals(config.RECORD_KEYS);
  const history = provedHistory({ store, seals });
  const place = { endpoint: config.ARM_ENDPOINT, tenantId: config.TENANT_ID };
  const facts: FactSources = { ...azureFactSources(arm, budgets, place), history, connections };
  const atOnce = tellingAtOnce(telling, store);
  /** A log line in this invocation for each record; who must hear of it does by a delivery. */
  const written = async (context: InvocationContext, log: Log, change: Change): Promise<void> => {
    for (const record of change.records) logRecord(log, record);
    measureChange(change);
    await startDeliveries(context, log, { ...telling, atOnce }, change);
  };
  return (context, log = context) => ({
    ledger: {
      store,
      seals,
      now: () => instant(Date.now()),
      written: (change) => written(context, log, change),
    },
    connections,
    clusters,
    policies: {
      current: () => policyInForce.current(reportTo(context)),
      inForce: () => policyInForce.inForce(reportTo(context)),
    },
    facts,
    inTurnOf,
    isShort,
  });
}

/** Tells webhooks, in no invocation: the host takes what its worker writes here into its own log. */
function tellingAtOnce({ webhooks: subscribers }: Telling, store: Store): AtOnce {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const needs = { store, outbox: store.outbox, channels: [], subscribers, warn: say, error: say };
  return new AtOnce({ ...needs, now: Date.now });
}

/** News about the policy go to the log of the invocation that came upon them. */
export const reportTo =
  (context: InvocationContext): Report =>
  (level, line) =>
    context[level](line);
