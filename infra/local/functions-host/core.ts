import Module from "node:module";
import type { App, Callback, Disposable, FunctionMetadata, ProgrammingModel } from "./app.ts";
import { StartError } from "./errors.ts";
import type { LogLevel } from "./log.ts";

const CORE_MODULE = "@azure/functions-core";
let installed = false;

/**
 * Makes `require("@azure/functions-core")` answer with an API that registers into `app`.
 *
 * The Node worker does it in the same place and the same way (its setupCoreModule.ts); no package of that name exists.
 * Once per process: @azure/functions keeps the first answer for ever, so a second app could never register anything.
 */
export function installCore(app: App): void {
  if (installed)
    throw new StartError("One process can host one app: a host was already started in this one.");
  installed = true;
  const api = coreApi(app);
  const { require } = Module.prototype;
  Module.prototype.require = Object.assign(function (this: NodeJS.Module, id: string): unknown {
    return id === CORE_MODULE ? api : Reflect.apply(require, this, [id]);
  }, require);
}

/** The members that @azure/functions 4.16 calls, and those that the worker offers besides. */
function coreApi(app: App): object {
  return {
    version: "3.13.0",
    hostVersion: "4.1050.0",
    registerFunction: (metadata: FunctionMetadata, callback: Callback) => app.register(metadata, callback),
    registerHook: (name: string, hook: (context: object) => unknown) => app.addHook(name, hook),
    setProgrammingModel: (model: ProgrammingModel) => setModel(app, model),
    getProgrammingModel: () => app.model,
    log: (level: LogLevel, category: string, message: string) =>
      app.log(level, category === "user" ? "Function.app.User" : "Host.Worker", message),
    Disposable: class implements Disposable {
      readonly dispose: () => void;
      constructor(dispose: () => void) {
        this.dispose = dispose;
      }
    },
  };
}

function setModel(app: App, model: ProgrammingModel): void {
  if (app.model !== undefined) {
    throw new StartError(
      `Two copies of ${model.name} are loaded (${app.model.version} and ${model.version}); only the last would work. ` +
        "Deduplicate node_modules.",
    );
  }
  app.model = model;
}
