import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../shared/policy-tools/cli/main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `policy` as a process of its own. */
export async function policyProcess(
  args: readonly string[],
  {
    cwd,
    env = {},
    stdin = "",
    readsOutput = true,
  }: {
    readonly cwd: string;
    readonly env?: Record<string, string>;
    readonly stdin?: string;
    readonly readsOutput?: boolean;
  },
): Promise<Ended> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env } });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.end(stdin);
  if (!readsOutput) child.stdout.destroy();
  const out = readsOutput ? text(child.stdout) : "";
  const [code, said, err] = await Promise.all([exit, out, text(child.stderr)]);
  return { code, out: said, err };
}
