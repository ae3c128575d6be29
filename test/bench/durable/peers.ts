import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { startPostgres } from "./postgres.ts";

/** Pinned, so that figures of two days compare. Never a dependency of the app. */
const VERSION = "5.3.0";
const WORKFLOWS = 1_000;
const ONE_BY_ONE = 200;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const Figures = z.object({ perSecond: z.number(), p50Ms: z.number() });
const run = promisify(execFile);

/** The bench's workflow on DBOS, whose steps are rows of PostgreSQL. Everything it needs is removed afterwards. */
export async function measureDbos(
  atATime: number,
): Promise<{ readonly peer: string } & z.infer<typeof Figures>> {
  const folder = mkdtempSync(join(tmpdir(), "bench-dbos-"));
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error("Interrupted."));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    const wanted = `@dbos-inc/dbos-sdk@${VERSION}`;
    execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, wanted], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const postgres = await startPostgres(folder);
    try {
      const script = join(import.meta.dirname, "dbos-workflows.ts");
      const args = [script, folder, postgres.url, ...[WORKFLOWS, atATime, ONE_BY_ONE].map(String)];
      const { stdout } = await run(process.execPath, args, { signal: interrupted.signal });
      const figures = Figures.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
      return { peer: `DBOS ${VERSION} on ${postgres.version}`, ...figures };
    } finally {
      await postgres.stop();
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    rmSync(folder, { recursive: true, force: true });
  }
}
