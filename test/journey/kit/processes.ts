import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const LOCAL = resolve(import.meta.dirname, "../../../infra/local");

/** A command under test, and everything that it has said. */
export interface Command {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves as soon as it says this, from now on; rejects when it ends without. */
  says(text: string): Promise<void>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A fresh folder among the machine's temporary files. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), "journey-"));

/** Runs one of the commands of `infra/local`, as npm would. */
export function runCommand(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Command {
  const child = spawn(process.execPath, [join(LOCAL, file), ...args], {
    env: { ...process.env, ...environment },
  });
  let output = "";
  const ears = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listen of ears) listen();
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((done) => {
    child.once("close", (code, signal) => done(code ?? signal ?? "SIGKILL"));
  });
  const says = (text: string): Promise<void> => {
    const from = output.length;
    const { promise, resolve: heard, reject } = Promise.withResolvers<void>();
    const listen = () => output.includes(text, from) && heard();
    ears.add(listen);
    void ended.then(() => reject(new Error(`It ended without saying "${text}":\n${output}`)));
    return promise.finally(() => ears.delete(listen));
  };
  return { process: child, output: () => output, says, ended };
}
