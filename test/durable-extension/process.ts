import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const APP = new URL("./app-process.ts", import.meta.url).pathname;

/** An app in a process of its own, and the process with the extension that it has started. */
export interface AppProcess {
  /** Of the hub's API, with a slash at its end. */
  readonly url: string;
  /** Process ids of the extension's hosts: one. */
  hosts(): readonly number[];
  /** Resolves when the activity runs. */
  readonly runs: Promise<void>;
  /** `kill -9` */
  kill(): Promise<void>;
}

/** @param result what the activity returns; it never ends without one */
export async function startApp(file: string, ...result: readonly string[]): Promise<AppProcess> {
  const child = spawn(process.execPath, [APP, file, ...result], { stdio: ["ignore", "pipe", "inherit"] });
  const url = Promise.withResolvers<string>();
  const runs = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "runs") runs.resolve();
    else url.resolve(line);
  });
  const kill = () => killed(child);
  onTestFinished(kill);
  return { url: await url.promise, hosts: () => childrenOf(child.pid), runs: runs.promise, kill };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

function childrenOf(parent: number | undefined): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === parent)
    .map(Number);
}

/** The name, in brackets, may hold blanks; the parent is the second word after it. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
