import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../shared/audit-tools/cli/main.ts", import.meta.url));

/** How far a command is, which it says when that takes longer than a moment: on a busy machine anything may. */
const PROGRESS = /^[\d,]+ \w+, [\d,]+ a second \.\.\.\n/gm;

/** Runs `audit` as a process of its own. @returns what it said, without how far it was */
export async function auditProcess(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Record<string, string> },
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env } });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, out, err] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { code, out, err: err.replaceAll(PROGRESS, "") };
}
