import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const ROOT = resolve(import.meta.dirname, "../../..");
const Hooks = z.record(z.string(), z.object({ shell: z.literal("sh"), run: z.string() }));
const { hooks } = z.object({ hooks: Hooks }).parse(parse(readFileSync(join(ROOT, "azure.yaml"), "utf8")));

/** What a hook calls, by an npm that says what it is told. */
function callsOf(hook: string, env: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "npm-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "npm"), '#!/bin/sh\necho "$*"\n');
  chmodSync(join(folder, "npm"), 0o755);
  const said = execFileSync("/bin/sh", ["-c", hooks[hook]?.run ?? "exit 1"], {
    env: { PATH: folder, ...env },
    encoding: "utf8",
  });
  return said.split("\n").filter((line) => line !== "");
}

describe("what azd calls", () => {
  test("before it provisions registers the app, so that the deployment knows the client ids", () => {
    expect(callsOf("preprovision", {})).toEqual(["ci", "run --silent app-registration -- --apply --azd"]);
  });

  test("after it provisioned makes the redirect URI of the app's address, and the keys", () => {
    expect(callsOf("postprovision", {})).toEqual([
      "run --silent app-registration -- --apply",
      "run --silent keys -- --apply",
    ]);
  });

  test.each(["prepackage", "predeploy"])(
    "%s makes the package of what is here, in a pipeline, too: `azd deploy` alone calls no prepackage",
    (hook) => {
      for (const env of [{}, { CI: "true" }]) expect(callsOf(hook, env)).toEqual(["ci", "run package"]);
    },
  );

  test.each(["preprovision", "postprovision"])("%s does nothing in a pipeline", (hook) => {
    expect(callsOf(hook, { CI: "true" })).toEqual([]);
  });

  test("is among the scripts of the package", () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
    const called = Object.values(hooks).flatMap(({ run }) =>
      [...run.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, name]) => name),
    );

    expect(called.length).toBeGreaterThan(2);
    for (const name of called) expect(scripts).toHaveProperty([name ?? ""]);
  });
});
