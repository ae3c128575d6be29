/** The app: registers its functions, whatever the settings are, and is made from the settings when it starts. */
import { app as host } from "@azure/functions";
import { readConfig, readTriggerSettings, readWrites } from "../shared/config.ts";
import { registerActivities } from "./activities.ts";
import { registerApproveConnection } from "./approve-connection.ts";
import { registerDigestTimer } from "./digests.ts";
import { registerHints } from "./hints.ts";
import { registerInbox } from "./inbox/serve.ts";
import { type App, createApp } from "./kit/app.ts";
import type { PageFiles } from "./kit/page.ts";
import { serve } from "./kit/route.ts";
import { NOTHING_TO_END, startTelemetryBy, traceFunctions } from "./kit/telemetry.ts";
import { registerLinkPage } from "./link/serve.ts";
import { registerMessages } from "./messages.ts";
import { registerDelivery, registerNoticeTimer } from "./notices.ts";
import { registerPolicyTimer } from "./policy.ts";
import { registerPurge } from "./purge.ts";
import { routes } from "./routes.ts";
import { registerSweep } from "./sweep.ts";
import { registerTryTopic } from "./try-topic.ts";

/** `infra/build.ts` puts the pages in these places. */
declare const INBOX_PAGE: PageFiles;
declare const LINK_PAGE: PageFiles;

let started: App | null = null;
let endTelemetry = NOTHING_TO_END;

/** The app, as every invocation finds it: the host calls no function before the start is over. */
const app = (): App => {
  if (started === null) throw new Error("The app has not started.");
  return started;
};

/**
 * What is wrong with the settings, the store or the policy stops the app here; of the settings, and of the policy, every
 * problem is in the message.
 *
 * The worker awaits this hook before it answers the host's first request, or the one that gives it the app's settings.
 * What is thrown becomes the failure in that answer; the host logs it ("Initializing worker process failed", or
 * "Reloading environment variables failed") and calls no function of this worker. An error that is thrown while this file
 * loads would be lost instead: the worker then reports an app without functions.
 * @see azure-functions-nodejs-worker, startApp.ts, WorkerInitHandler.ts, FunctionEnvironmentReloadHandler.ts and
 * setupEventStream.ts; azure-functions-host, GrpcWorkerChannel.cs
 */
host.hook.appStart(async () => {
  const config = readConfig();
  // No invocation, no log: the host takes what its worker writes here into its own.
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  endTelemetry = await startTelemetryBy(config, say);
  const made = await createApp(config);
  await made.policyInForce.load((_level, line) => say(line));
  if (!readWrites()) process.stdout.write("WRITES is off: nothing is written to ARM.\n");
  started = made;
});

/** Closed, the store is one file that can be copied; left open, its last records are in a second one beside it. */
host.hook.appTerminate(async () => {
  await started?.store.close();
  await endTelemetry();
});

traceFunctions();

const settings = readTriggerSettings();
registerHints(app, settings);
registerSweep(app, settings);
registerPolicyTimer(app, settings);
registerNoticeTimer(app, settings);
registerPurge(app, settings);
registerDigestTimer(app, settings);
registerActivities(app, settings);
registerApproveConnection();
registerDelivery();
registerMessages(app);
registerTryTopic(app, settings);
serve(routes, app);
registerInbox(app, INBOX_PAGE);
registerLinkPage(app, LINK_PAGE);
