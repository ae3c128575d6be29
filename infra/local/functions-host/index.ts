import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { systemClock } from "../kit/clock.ts";
import type { VirtualClock } from "../kit/virtual-clock.ts";
import { tellTimeOf } from "../kit/virtual-date.ts";
import { adminSurface } from "./admin.ts";
import { App } from "./app.ts";
import { installCore } from "./core.ts";
import { asError } from "./errors.ts";
import { type HostJson, readHostJson } from "./host-json.ts";
import { HttpServer } from "./http/server.ts";
import { indexFunctions } from "./indexing.ts";
import { listFunctions } from "./list.ts";
import { loadApp } from "./load.ts";
import { hostLog, type Log, levelFilter } from "./log.ts";
import { type Services, startServices } from "./services.ts";
import { applyLocalSettings } from "./settings.ts";
import { clockSurface } from "./virtual-clock/surface.ts";

export interface HostOptions {
  /** Root of the Functions app: where host.json and package.json are. */
  readonly appDir: string;
  /** Port on 127.0.0.1; 0 asks for any free one. */
  readonly port: number;
  /** Where the host keeps what must outlive it. */
  readonly dataDir: string;
  /** Added to the process's environment before the app is loaded. */
  readonly env?: Readonly<Record<string, string>>;
  /** Also log what the host does, down to each invocation. */
  readonly verbose?: boolean;
  /** Gives the host and the app their time, for as long as the process lives. */
  readonly virtualClock?: VirtualClock | undefined;
  /** Whether Service Bus has that time, too; it has the machine's otherwise. */
  readonly sharesTime?: boolean;
  /** Seed of the troubles that orchestrations get; none without it. */
  readonly chaosSeed?: number | undefined;
  /** Makes orchestrations fail where otherwise a warning says that they do harm in Azure. */
  readonly strict?: boolean;
  /** Ask callers for keys; otherwise everybody may call, as with Core Tools. */
  readonly keys?: boolean;
  /** Receives what passes the level filter. */
  readonly log: Log;
}

export interface Host {
  /** Origin, without a trailing slash. */
  readonly url: string;
  /** What it serves, a line for each function. */
  readonly functions: readonly string[];
  /** Why the app has no functions, in sentences for the person who started the host; undefined when it has some. */
  readonly withoutFunctions: string | undefined;
  /** Where the keys are that callers must know, or that of the admin API when everybody may call. */
  readonly keysFile: string;
  /** Stops the triggers, lets running invocations finish, runs the appTerminate hooks. */
  close(): Promise<void>;
}

/**
 * Loads a Functions app of the Node v4 programming model and serves it until closed. Resolves when everything listens.
 *
 * One host per process, because @azure/functions can register with one host only. Rejects with a StartError, whose
 * message is for people, when the app or its configuration cannot be served. An app that fails while it is loaded is
 * served without its functions, as in Azure.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  Object.assign(process.env, options.env);
  applyLocalSettings(options.appDir, process.env);
  const hostJson = readHostJson(options.appDir);
  const log = filtered(options.log, hostJson, options.verbose ?? false);
  const { server, port } = await HttpServer.open(options.port, hostLog(log, "Http"));
  try {
    return await startOn(server, `127.0.0.1:${port}`, options, { hostJson, log });
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function startOn(
  server: HttpServer,
  authority: string,
  options: HostOptions,
  { hostJson, log }: { hostJson: HostJson; log: Log },
): Promise<Host> {
  const url = `http://${authority}`;
  const root = resolve(options.appDir);
  // Without it durable-functions writes port 7071 into every management link.
  process.env.WEBSITE_HOSTNAME = authority;
  process.env.AzureWebJobsScriptRoot = root;
  mkdirSync(options.dataDir, { recursive: true });

  const { virtualClock, sharesTime = false, chaosSeed, strict = false } = options;
  if (virtualClock !== undefined) tellTimeOf(virtualClock);
  const app = new App(log);
  installCore(app);
  const startupLog = hostLog(log, "Startup");
  const failure = await loadApp(app, root, startupLog);
  const withoutFunctions = indexFunctions(app, root, failure, startupLog);
  const services = await startServices(app, {
    dataDir: options.dataDir,
    appUrl: url,
    hostJson,
    clock: virtualClock ?? systemClock,
    brokerClock: (sharesTime && virtualClock) || systemClock,
    chaosSeed,
    strict,
    keys: options.keys ?? false,
    log,
  });
  virtualClock?.watch(services.unrest);
  const { gate, keysFile, runByHand } = services;
  const functions = [...app.functions.values()];
  const admin = adminSurface({ functions, gate, runByHand });
  server.serve([clockSurface(virtualClock, gate), admin, ...services.surfaces]);
  const listed = listFunctions(functions, url, hostJson.extensions.http.routePrefix);
  const close = once(() => shutDown(server, services, app, log));
  return { url, functions: listed, withoutFunctions, keysFile, close };
}

function filtered(log: Log, hostJson: HostJson, verbose: boolean): Log {
  const passes = levelFilter(hostJson.logging.logLevel, verbose);
  return (entry) => {
    if (passes(entry)) log(entry);
  };
}

/** How long running invocations may take to finish, in milliseconds. */
const SHUTDOWN_LIMIT_MS = 10_000;

async function shutDown(server: HttpServer, services: Services, app: App, log: Log): Promise<void> {
  const report = hostLog(log, "Shutdown");
  const finished = await withLimit(stopAll(server, services), SHUTDOWN_LIMIT_MS);
  if (!finished) report("warning", `Some invocations did not finish within ${SHUTDOWN_LIMIT_MS / 1000} s.`);
  try {
    await app.runHooks("appTerminate", { hookData: app.lifecycleHookData, appHookData: app.hookData });
  } catch (thrown) {
    report("error", `An appTerminate hook failed: ${asError(thrown).message}`);
  }
  if (finished) services.closeState();
}

/** The task hub last: what still runs may call it. */
async function stopAll(server: HttpServer, services: Services): Promise<void> {
  await Promise.all([server.close(), services.stopTriggers()]);
  await services.stopTaskHub();
}

async function withLimit(work: Promise<unknown>, limit: number): Promise<boolean> {
  const expired = Promise.withResolvers<false>();
  const timer = setTimeout(() => expired.resolve(false), limit);
  try {
    return await Promise.race([work.then(() => true), expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
