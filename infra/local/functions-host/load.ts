import { globSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { App } from "./app.ts";
import { asError, describeError, StartError } from "./errors.ts";
import { openStreamPort } from "./http/stream.ts";
import { readJson } from "./json-file.ts";
import { LoadTrace } from "./load-trace.ts";
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
  app.streamPort = await openStreamPort(app.model);
}

function entryPoints(root: string): string[] {
  const parsed = PackageJson.safeParse(readJson(join(root, "package.json")));
  if (!parsed.success) throw new StartError(`package.json in ${root}: ${z.prettifyError(parsed.error)}`);
  const patterns = [parsed.data.main].flat();
  const files = patterns.flatMap((pattern) => filesOf(pattern, root));
  if (files.length === 0) {
    throw new StartError(
      `main of package.json in ${root} matches no file: ${patterns.join(", ")}. Is the app built?`,
    );
  }
  return [...new Set(files)];
}

/**
 * The files that a pattern stands for. Those that it names come first, as with the worker's globby, which expands the
 * braces before it looks for the rest: `src/{index.js,functions/*.js}` loads index.js first.
 */
function filesOf(pattern: string, root: string): string[] {
  const alternatives = expandBraces(pattern);
  const isGlob = (text: string) => /[*?[\](){}!]/.test(text);
  const named = alternatives.filter((text) => !isGlob(text));
  const found = alternatives.filter(isGlob).map((text) => globSync(text, { cwd: root }).sort());
  return [...named.flatMap((text) => globSync(text, { cwd: root })), ...found.flat()];
}

/** `a/{b,c}` is `a/b` and `a/c`. */
function expandBraces(pattern: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (braces === null) return [pattern];
  const [whole, options = ""] = braces;
  return options.split(",").flatMap((option) => expandBraces(pattern.replace(whole, () => option)));
}

async function loadFile(path: string, name: string): Promise<void> {
  const trace = new LoadTrace();
  try {
    await import(pathToFileURL(path).href);
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    throw new StartError(`${name} failed while loading.\n\n${describeLoadError(asError(thrown), trace)}`, {
      cause: thrown,
    });
  } finally {
    trace.stop();
  }
}

function describeLoadError(error: Error, trace: LoadTrace): string {
  const text = describeError(error);
  const hasPlace = /:\d+\n/.test(text);
  if (error instanceof SyntaxError && !hasPlace) return trace.syntaxError() ?? text;
  const isLost = "code" in error && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(error.code));
  const place = isLost ? trace.lostImport() : undefined;
  return place === undefined ? text : `${place}\n${text}`;
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
