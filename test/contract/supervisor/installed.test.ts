import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { PATIENCE } from "./processes.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const COMMANDS = ["start", "host", "request", "cluster", "token", "sweep", "policy"];

const Package = z.looseObject({
  scripts: z.record(z.string(), z.string()),
  devDependencies: z.looseObject({ node: z.string() }),
});
const PACKAGE = Package.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

/** Runs one of npm's scripts in this folder, by the Node that runs this test. */
function npmRun(folder: string, command: string, ...args: string[]) {
  const script = [PACKAGE.scripts[command], ...args].join(" ");
  const PATH = dirname(process.execPath);
  return spawnSync(script, { cwd: folder, env: { ...process.env, PATH }, shell: true, encoding: "utf8" });
}

/** What a clone of the repository holds of all this, with a need for this Node, before anything is installed. */
function aClone(node: string): string {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Not what was installed within it: a clone has none of that.
  const filter = (source: string) => basename(source) !== "node_modules";
  cpSync(join(ROOT, "infra/local"), join(folder, "infra/local"), { recursive: true, filter });
  const devDependencies = { ...PACKAGE.devDependencies, node };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...PACKAGE, devDependencies }));
  return folder;
}

describe.each(COMMANDS)("npm run %s", { timeout: PATIENCE.timeout }, (command) => {
  test("says in one sentence that npm ci is needed", () => {
    const { status, stdout, stderr } = npmRun(aClone(PACKAGE.devDependencies.node), command);

    expect(stdout + stderr).toMatch(
      /^The package \S+ is not installed; install all that is needed with: npm ci\n$/,
    );
    expect(status).toBe(1);
  });

  test("says in one sentence how to get the Node that npm ci --ignore-scripts did not bring", () => {
    const clone = aClone("1000.0.0");
    symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));

    const { status, stdout, stderr } = npmRun(clone, command);

    expect(stdout + stderr).toBe(
      `Node ${process.versions.node} is too old; npm skipped the install script that brings Node 1000.0.0, so run it with: npm rebuild node --ignore-scripts=false\n`,
    );
    expect(status).toBe(1);
  });

  test("does its work when everything is installed", () => {
    const { status, stdout, stderr } = npmRun(ROOT, command, "--help");

    expect(stdout).toContain("\nUsage: npm ");
    expect([status, stderr]).toEqual([0, ""]);
  });
});
