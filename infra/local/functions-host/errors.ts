import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** The app or its configuration cannot be served. The message is whole sentences for the person who started the host. */
export class StartError extends Error {
  override name = "StartError";
}

/** Anything that was thrown, as an Error. Non-errors are turned into text the way the Node worker does it. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (thrown === undefined || thrown === null) return new Error("Unknown error");
  return new Error(typeof thrown === "object" ? JSON.stringify(thrown) : String(thrown), { cause: thrown });
}

/** Causes further down are cut off: a chain may be endless. */
const MAX_CAUSES = 4;

/**
 * Message and stack of an error and of its causes, without the frames that are not the app's. The message is in it once
 * and unmangled.
 */
export function describeError(error: Error, causes = MAX_CAUSES): string {
  const stack = error.stack?.includes(error.message) ? error.stack : `${error.message}\n${error.stack ?? ""}`;
  const own = withoutForeignFrames(stack);
  if (!(error.cause instanceof Error) || causes === 0) return own;
  return `${own}\nCaused by: ${describeError(error.cause, causes - 1)}`;
}

/** Drops the lines of a stack that belong to Node, to this host, or to the libraries between host and app. */
export function withoutForeignFrames(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !/^\s+at /.test(line) || !FOREIGN.some((part) => line.includes(part)))
    .join("\n")
    .trimEnd();
}

/** Whether an error was thrown by the stand-ins, not by the app or by a library that the app called. */
export function isOwnFault(error: Error): boolean {
  const thrownAt = error.stack?.split("\n").find((line) => /^\s+at /.test(line) && !line.includes("node:"));
  return STAND_INS.some((folder) => thrownAt?.includes(folder));
}

const FOLDER = dirname(import.meta.dirname);
/** A stack names an ES module by its URL, other files by their path. */
const STAND_INS = [FOLDER, pathToFileURL(FOLDER).href];

const FOREIGN = [
  "node:",
  "<anonymous>)",
  "/node_modules/@azure/functions/",
  "/node_modules/durable-functions/",
  pathToFileURL(import.meta.dirname).href,
];
