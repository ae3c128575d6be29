import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { TIMEOUT_MS } from "./kit/patience.ts";
import { POLICY } from "./kit/policy.ts";
import { newFolder } from "./kit/processes.ts";
import { BY_RULE, settlesOnce } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const PACKAGE = resolve(import.meta.dirname, "../../infra/package.ts");
const FILES = ["host.json", "main.cjs", "package.json", "policy.json"];

// Outside of the repository: nothing that is installed there is found from here.
const folder = newFolder();
const policy = join(folder, "rules.yaml");
writeFileSync(policy, POLICY);
const packageInto = (out: string) => {
  execFileSync(process.execPath, [PACKAGE, "--policy", policy, "--out", out]);
  return { app: join(out, "app"), zip: readFileSync(join(out, "app.zip")) };
};
const { app, zip } = packageInto(folder);

describe("the package that is deployed", { timeout: TIMEOUT_MS }, () => {
  test("holds what is in the list of what may be deployed, in the folder and in the zip", () => {
    const zipped = unzipSync(zip);

    expect(readdirSync(app).sort()).toEqual(FILES);
    expect(Object.keys(zipped).sort()).toEqual(FILES);
    for (const name of FILES)
      expect(Buffer.from(zipped[name] ?? []).equals(readFileSync(join(app, name)))).toBe(true);
  });

  test("says by which Node it runs, and leads to no map and no package that is not there", () => {
    const described = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));

    expect(described).toMatchObject({ main: "main.cjs", engines: { node: ">=22" } });
    expect(described).not.toHaveProperty("dependencies");
    expect(readFileSync(join(app, "main.cjs"), "utf8")).not.toContain("sourceMappingURL");
  });

  test("is the same file when it is made again", () => {
    expect(packageInto(newFolder()).zip.equals(zip)).toBe(true);
  });

  test("is not made of a policy that is wrong: what is wrong is said, and no earlier zip is left", () => {
    const wrong = newFolder();
    writeFileSync(join(wrong, "app.zip"), zip);
    writeFileSync(join(wrong, "rules.yaml"), POLICY.replace("kind: ConnectionPolicy", "kind: Something"));

    const { status, stderr } = spawnSync(process.execPath, [
      PACKAGE,
      ...["--policy", join(wrong, "rules.yaml"), "--out", wrong],
    ]);

    expect(status).not.toBe(0);
    expect(stderr.toString()).toContain("kind");
    expect(readdirSync(wrong)).not.toContain("app.zip");
  });
});

describe("the packaged app in the host", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({ POLICY: join(app, "policy.json") }, ["--app", app]);

  test("answers by the policy that was built into it", async () => {
    await stack.consumer.requests("pe-trusted-package");

    await settlesOnce(stack, "pe-trusted-package", BY_RULE);
  });
});
