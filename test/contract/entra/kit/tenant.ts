import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";
import {
  DEMO_DIRECTORY,
  type Directory,
  INBOX_CLIENT,
  withSpaRedirects,
} from "../../../../infra/local/entra/directory.ts";
import { type Entra, startEntra } from "../../../../infra/local/entra/index.ts";

/** Where the page under test is; nothing listens there, since nobody follows the redirects to it. */
export const PAGE_ORIGIN = "http://127.0.0.1:17071";
export const PAGE = `${PAGE_ORIGIN}/inbox/`;

const CONTROL_KEY = "key of the test";

/** A tenant that knows the inbox at `PAGE`, and its control interface. */
export interface TestTenant extends Entra {
  /** What it logged so far. */
  readonly lines: readonly string[];
  control(command: string, body: unknown): Promise<number>;
}

/** All tenants of a test file sign with one key, because making one takes long. */
const folder = mkdtempSync(join(tmpdir(), "entra-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The demo tenant, with the inbox at `PAGE`. */
export const DIRECTORY: Directory = withSpaRedirects(DEMO_DIRECTORY, INBOX_CLIENT, [PAGE]);

/** A tenant for one test. */
export async function aTenant(directory = DIRECTORY): Promise<TestTenant> {
  const lines: string[] = [];
  const entra = await startEntra({
    file: join(folder, "key.json"),
    port: 0,
    identityHeader: "x",
    controlKey: CONTROL_KEY,
    directory,
    log: (line) => lines.push(line),
  });
  onTestFinished(() => entra.close());
  return {
    ...entra,
    lines,
    async control(command, body) {
      const { status } = await fetch(`${entra.url}/_control/${command}`, {
        method: "POST",
        headers: { "x-control-key": CONTROL_KEY },
        body: JSON.stringify(body),
      });
      return status;
    },
  };
}
