import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { asError, describeError, StartError } from "./errors.ts";
import { readJson } from "./json-file.ts";
import { LoadTrace } from "./load-trace.ts";
import type { HostLog } from "./log.ts";

const PackageJson = z.object({
  main: z.union([z.string(), z.array(z.string()).min(1)], {
    error: "main must name the file, or be the glob pattern of the files, that register the functions",
  }),
});

/** An entry point could not be loaded. In Azure that ends nothing, but leaves the app without functions. */
export interface LoadFailure {
  /** The file, or the patterns that match none. */
  readonly entryPoint: string;
  /** The error's message alone. */
  readonly reason: string;
  /** What failed, with file and line, for the person who started the host. */
  readonly text: string;
}

/**
 * Loads every file that `main` of package.json matches, in order, and nothing after one that fails. Throws a StartError
 * when package.json is wrong, or when a function is registered that no host could serve.
 * @see the Node worker, startApp.ts
 */
export async function loadEntryPoints(root: string, log: HostLog): Promise<LoadFailure | undefined> {
  const patterns = readMain(root);
  const files = new Set(patterns.flatMap((pattern) => filesOf(pattern, root)));
  if (files.size === 0) {
    const entryPoint = patterns.join(", ");
    const text = `main of package.json in ${root} matches no file: ${entryPoint}. Is the app built?`;
    return { entryPoint, reason: "it matches no file", text };
  }
  for (const file of files) {
    log("debug", `Loading ${file}`);
    const failure = await loadFile(root, file);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function readMain(root: string): string[] {
  const parsed = PackageJson.safeParse(readJson(join(root, "package.json")));
  if (!parsed.success) throw new StartError(`package.json in ${root}: ${z.prettifyError(parsed.error)}`);
  return [parsed.data.main].flat();
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

async function loadFile(root: string, file: string): Promise<LoadFailure | undefined> {
  const trace = new LoadTrace();
  try {
    await import(pathToFileURL(join(root, file)).href);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    const error = asError(thrown);
    const text = `${file} failed while loading.\n\n${describeLoadError(error, trace)}`;
    return { entryPoint: file, reason: error.message, text };
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
