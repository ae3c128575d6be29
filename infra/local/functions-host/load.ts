import { basename } from "node:path";
import type { App } from "./app.ts";
import { type LoadFailure, loadEntryPoints } from "./entry-points.ts";
import { asError, describeError, StartError } from "./errors.ts";
import { openStreamPort } from "./http/stream.ts";
import type { HostLog } from "./log.ts";

/**
 * Starts the app in `root` as the Node worker does: its entry points, then the appStart hooks, also when an entry point
 * failed, which is returned. Afterwards nothing more can be registered. A hook that throws becomes a StartError.
 * @see the Node worker, startApp.ts
 */
export async function loadApp(app: App, root: string, log: HostLog): Promise<LoadFailure | undefined> {
  const failure = await loadEntryPoints(root, log);
  if (failure !== undefined) {
    log("error", `Worker was unable to load entry point "${failure.entryPoint}": ${failure.reason}`);
  }
  await startHooks(app, root, failure);
  app.hasStarted = true;
  app.streamPort = await openStreamPort(app.model);
  return failure;
}

async function startHooks(app: App, root: string, failure: LoadFailure | undefined): Promise<void> {
  const context = { hookData: app.lifecycleHookData, appHookData: app.hookData, functionAppDirectory: root };
  try {
    await app.runHooks("appStart", context);
  } catch (thrown) {
    const problem = `An appStart hook of ${basename(root)} failed.\n\n${describeError(asError(thrown))}`;
    // The hook may have failed because of what was not loaded.
    const text = failure === undefined ? problem : `${failure.text}\n\n${problem}`;
    throw new StartError(text, { cause: thrown });
  }
}
