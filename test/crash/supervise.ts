import childProcess, { type ForkOptions } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { Victim } from "./control.ts";

/**
 * `npm start` loads this (`--import`), and every child that it starts, the first time or again, gets the points. The
 * supervisor rightly hands its children no `NODE_OPTIONS`.
 */
const POINTS = new URL("./points.ts", import.meta.url).href;

const { fork } = childProcess;
childProcess.fork = ((script: string, args: readonly string[], options: ForkOptions) => {
  const victim = victimOf(script);
  if (victim === null) return fork(script, args, options);
  return fork(script, args, {
    ...options,
    execArgv: [...(options.execArgv ?? []), "--import", POINTS],
    env: { ...options.env, CRASH_VICTIM: victim, CRASH_CONTROL: process.env.CRASH_CONTROL },
  });
}) as typeof fork;
syncBuiltinESMExports();

/** Null for Azurite: it loses what it acknowledged when it is killed. */
function victimOf(script: string): Victim | null {
  if (script.endsWith("/azurite/main.ts")) return null;
  return script.endsWith("/cloud.ts") ? "cloud" : "app";
}
