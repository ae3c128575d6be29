import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const SCRIPT = resolve(ROOT, "infra/local/cli/policy.ts");

test("npm run policy means files from where the user stands, not from the package's folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "policy-script-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "policy.yaml"), "rules: 5\n");

  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, "check", "policy.yaml"], {
    cwd: ROOT,
    env: { ...process.env, INIT_CWD: folder },
    encoding: "utf8",
  });

  expect(stdout).toContain("policy.yaml:1:8: error: rules: expected a list");
  expect(status).toBe(1);
});
