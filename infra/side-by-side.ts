import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** Runs scripts of package.json at the same time; says what each has said when it has ended, and fails if one fails. */
async function run(script: string): Promise<number> {
  const child = spawn(process.execPath, ["--run", script], { stdio: ["ignore", "pipe", "pipe"] });
  const exit = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  const [code, out, err] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  process.stdout.write(out);
  process.stderr.write(err);
  return code;
}

const codes = await Promise.all(process.argv.slice(2).map(run));
process.exitCode = Math.max(...codes);
