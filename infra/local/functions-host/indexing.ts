import { globSync } from "node:fs";
import type { App } from "./app.ts";
import type { LoadFailure } from "./entry-points.ts";
import { StartError } from "./errors.ts";
import type { HostLog } from "./log.ts";

/**
 * Decides which functions the host has after the app in `root` was loaded: those that it registered, or none when an
 * entry point failed. Having none ends nothing, here as in Azure, and is logged in Azure's words.
 *
 * Returns why there are none, in sentences for the person who started the host; undefined when there are some.
 * @see the Node worker, FunctionsMetadataHandler.ts; azure-functions-host, FunctionMetadataProvider.cs,
 * WorkerFunctionMetadataProvider.cs and HostFunctionMetadataProvider.cs (as of 2024)
 */
export function indexFunctions(
  app: App,
  root: string,
  failure: LoadFailure | undefined,
  log: HostLog,
): string | undefined {
  const registered = app.functions.size;
  if (failure === undefined && registered > 0) return undefined;
  app.functions.clear();
  if (registered > 0) {
    log("error", "Worker failed to index functions");
    log("information", "0 functions found (Worker)");
  } else {
    log("debug", "Fallback to host indexing as worker denied indexing");
    refuseFunctionJson(root, failure);
    log("information", "0 functions found (Host)");
  }
  log("information", "0 functions loaded");
  log("warning", "No job functions found.");
  return withoutFunctions(root, registered, failure);
}

/** A worker without functions makes Azure's host look for those of the v3 model, which this host does not serve. */
function refuseFunctionJson(root: string, failure: LoadFailure | undefined): void {
  const found = globSync("*/function.json", { cwd: root }).sort();
  if (found.length === 0) return;
  const problem = `This host cannot serve functions of the v3 model: ${found.join(", ")}.`;
  throw new StartError(failure === undefined ? problem : `${failure.text}\n\n${problem}`);
}

function withoutFunctions(root: string, registered: number, failure: LoadFailure | undefined): string {
  const asInAzure =
    "Nothing is served. In Azure it is the same: the host runs on without functions and answers every call with 404.";
  if (failure === undefined) return `The app in ${root} registers no functions.\n\n${asInAzure}`;
  const lost =
    registered === 0
      ? "It failed before it registered a function."
      : `The host takes none of the functions that it registered before (${registered}).`;
  const advice =
    "Mend it and start again. What may fail at the start, such as reading settings, belongs into an appStart hook: its " +
    "error ends the start.";
  return [failure.text, `${lost} ${asInAzure}`, advice].join("\n\n");
}
