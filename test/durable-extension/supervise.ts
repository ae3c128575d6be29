import childProcess, { type ForkOptions } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

/**
 * `npm start` loads this (`--import`), and the Functions host that it starts, the first time or again, gets the genuine
 * extension. The supervisor rightly hands its children neither `NODE_OPTIONS` nor settings that it does not know.
 */
const IN_THE_HOST = new URL("./in-the-host.ts", import.meta.url).href;

const { fork } = childProcess;
childProcess.fork = ((script: string, args: readonly string[], options: ForkOptions) => {
  if (!script.endsWith("/functions-host/main.ts")) return fork(script, args, options);
  return fork(script, args, {
    ...options,
    execArgv: [...(options.execArgv ?? []), "--import", IN_THE_HOST],
    env: {
      ...options.env,
      DURABLE_EXTENSION_STORAGE: process.env.DURABLE_EXTENSION_STORAGE,
      DOTNET_ROOT: process.env.DOTNET_ROOT,
    },
  });
}) as typeof fork;
syncBuiltinESMExports();
