import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readHostJson } from "../../../../infra/local/functions-host/host-json.ts";
import { REFUSED } from "../../../fixtures/storage-limits.ts";

function anApp(storageProvider: object): string {
  const folder = mkdtempSync(join(tmpdir(), "host-json-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const content = { version: "2.0", extensions: { durableTask: { storageProvider } } };
  writeFileSync(join(folder, "host.json"), JSON.stringify(content));
  return folder;
}

test.each(REFUSED)("host.json is refused with a %s of %s, as by the Durable extension", (setting, value) => {
  const app = anApp({ [setting]: value });

  expect(() => readHostJson(app)).toThrow(`extensions.durableTask.storageProvider.${setting}: `);
});

test("other settings of the storage provider are the extension's business", () => {
  const storageProvider = { controlQueueVisibilityTimeout: "00:01:00", useTablePartitionManagement: true };

  expect(readHostJson(anApp(storageProvider)).extensions.durableTask).toMatchObject({ storageProvider });
});
