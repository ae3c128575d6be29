import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../../../shared/policy-tools/cli/run.ts";

/** What a command line came to. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of files, gone when the test is over, and command lines in it. */
export interface Workplace {
  readonly folder: string;
  policy(...args: readonly string[]): Promise<Ended>;
  read(file: string): string;
}

interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** A folder with these files in it. */
export function aWorkplace(
  files: Readonly<Record<string, string | Uint8Array>>,
  around: Around = {},
): Workplace {
  const folder = mkdtempSync(join(tmpdir(), "policy-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return {
    folder,
    read: (file) => readFileSync(join(folder, file), "utf8"),
    policy: async (...args) => {
      const said = { out: "", err: "" };
      const code = await run(args, {
        cwd: folder,
        env: around.env ?? {},
        out: (text) => {
          said.out += text;
        },
        err: (text) => {
          said.err += text;
        },
        readStdin: async () => around.stdin ?? "",
      });
      return { code, ...said };
    },
  };
}

const GROUP = "6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61";

/** A sound policy about which the linter has nothing to say, with a rule that approves. */
export const POLICY = `apiVersion: policy/v1
kind: ConnectionPolicy
approvers: { owners: { groups: [${GROUP}] } }
default: { ask: { approvers: [owners] } }
rules:
  - name: payments
    when: { endpoint: { subscription: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 } }
    then: approve
`;

/** The same without the rule. */
export const ASKS_ALWAYS = POLICY.replace(/rules:.*/s, "rules: []\n");

/** A request that `payments` approves, in the words of tests. */
export const REQUEST =
  '{ "endpoint": { "subscription": "3e9e0d50-1ff8-4789-acc6-7d571bd52f17", "resourceGroup": "rg", "name": "pe-1" }, "cluster": { "name": "aks-1" } }';
