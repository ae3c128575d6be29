import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { App } from "./app.ts";
import { asError, describeError, StartError, withoutForeignFrames } from "./errors.ts";
import { readJson } from "./host-json.ts";
import type { HostLog } from "./log.ts";

const PackageJson = z.object({
  main: z.union([z.string(), z.array(z.string()).min(1)], {
    error: "main must name the file, or be the glob pattern of the files, that register the functions",
  }),
});

/**
 * Loads an app folder as the Node worker does: every file that `main` of package.json matches, in order, then the
 * appStart hooks. Afterwards nothing more can be registered. Whatever is wrong becomes a StartError.
 * @see the Node worker, startApp.ts
 */
export async function loadApp(app: App, appDir: string, log: HostLog): Promise<void> {
  const root = resolve(appDir);
  for (const file of entryPoints(root)) {
    log("debug", `Loading ${file}`);
    await loadFile(join(root, file), file);
  }
  if (app.functions.size === 0) {
    throw new StartError(
      `The app in ${root} registers no functions. Loaded: ${entryPoints(root).join(", ")}`,
    );
  }
  await startHooks(app, root);
  app.hasStarted = true;
  await refuseStreaming(app);
}

function entryPoints(root: string): string[] {
  const parsed = PackageJson.safeParse(readJson(join(root, "package.json")));
  if (!parsed.success) throw new StartError(`package.json in ${root}: ${z.prettifyError(parsed.error)}`);
  const patterns = [parsed.data.main].flat();
  const files = globSync(patterns, { cwd: root }).sort();
  if (files.length === 0) {
    throw new StartError(
      `main of package.json in ${root} matches no file: ${patterns.join(", ")}. Is the app built?`,
    );
  }
  return files;
}

async function loadFile(path: string, name: string): Promise<void> {
  try {
    await import(pathToFileURL(path).href);
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    throw new StartError(`${name} failed while loading.\n\n${describeLoadError(asError(thrown), path)}`, {
      cause: thrown,
    });
  }
}

/** Node keeps the place of an ES module's syntax error to itself, unless the error ends the process. */
function describeLoadError(error: Error, path: string): string {
  const text = describeError(error);
  if (!(error instanceof SyntaxError) || /:\d+\n/.test(text)) return text;
  const { stderr } = spawnSync(process.execPath, ["--check", path], { encoding: "utf8" });
  return withoutForeignFrames(stderr) || text;
}

async function startHooks(app: App, root: string): Promise<void> {
  const context = { hookData: app.lifecycleHookData, appHookData: app.hookData, functionAppDirectory: root };
  try {
    await app.runHooks("appStart", context);
  } catch (thrown) {
    const text = describeError(asError(thrown));
    throw new StartError(`An appStart hook of ${basename(root)} failed.\n\n${text}`, { cause: thrown });
  }
}

/** Asking for the capabilities also locks `app.setup`, as in the worker. */
async function refuseStreaming(app: App): Promise<void> {
  const capabilities = await app.model?.getCapabilities?.({});
  if (capabilities?.HttpUri !== undefined) {
    throw new StartError("The app enables HTTP streams (app.setup), which this stand-in does not serve.");
  }
}
