import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { adminSurface } from "./admin.ts";
import { App } from "./app.ts";
import { installCore } from "./core.ts";
import { asError } from "./errors.ts";
import { type HostJson, readHostJson } from "./host-json.ts";
import { HttpServer } from "./http/server.ts";
import { loadApp } from "./load.ts";
import { hostLog, type Log, levelFilter } from "./log.ts";
import { type Services, startServices } from "./services.ts";
import { applyLocalSettings } from "./settings.ts";

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
  /** Receives what passes the level filter. */
  readonly log: Log;
}

export interface Host {
  /** Origin, without a trailing slash. */
  readonly url: string;
  /** Stops the triggers, lets running invocations finish, runs the appTerminate hooks. */
  close(): Promise<void>;
}

/**
 * Loads a Functions app of the Node v4 programming model and serves it until closed. Resolves when everything listens.
 *
 * One host per process, because @azure/functions can register with one host only. Rejects with a StartError, whose
 * message is for people, when the app or its configuration cannot be served.
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
  // Without it durable-functions writes port 7071 into every management link.
  process.env.WEBSITE_HOSTNAME = authority;
  process.env.AzureWebJobsScriptRoot = resolve(options.appDir);
  mkdirSync(options.dataDir, { recursive: true });

  const app = new App(log);
  installCore(app);
  await loadApp(app, options.appDir, hostLog(log, "Startup"));
  const services = await startServices(app, { dataDir: options.dataDir, appUrl: url, hostJson, log });
  const admin = adminSurface({ functions: [...app.functions.values()], fireTimer: services.fireTimer });
  server.serve([admin, ...services.surfaces]);
  return { url, close: once(() => shutDown(server, services, app, log)) };
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
