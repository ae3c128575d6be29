import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { aTrail } from "../../fixtures/builders.ts";
import { ana, asked, assessed, decided, reviewed } from "../../fixtures/entries.ts";
import { aStoreFile, Intruder } from "../../fixtures/intruder.ts";
import { aKey } from "../../fixtures/seals.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const readme = readFileSync(resolve(ROOT, "README.md"), "utf8");

test("README.md shows what verify says of a store into which somebody wrote", async () => {
  const [, command = "", shown = ""] =
    /```console\n\$ (npm run --silent audit -- .*)\n([\s\S]*?)```/.exec(readme) ?? [];
  const file = aStoreFile();
  const store = openSqliteStore(file);
  const { request, ...change } = aTrail({}, assessed(), asked(), reviewed(ana), decided());
  await store.append({ request, ...change });
  store.close();
  new Intruder(file).forgeRecord(request.id, 4, { review: "approve", reason: "Fine by me." });

  const { stdout, status } = spawnSync(
    "sh",
    ["-c", command.replace("npm run", `npm run --prefix '${ROOT}'`)],
    {
      cwd: dirname(file),
      encoding: "utf8",
      env: {
        ...process.env,
        INIT_CWD: dirname(file),
        AUDIT_STORE: file,
        RECORD_KEYS: `test:${aKey("test").key.export().toString("base64")}`,
      },
    },
  );

  expect(stdout).toBe(shown);
  expect(status).toBe(1);
});
