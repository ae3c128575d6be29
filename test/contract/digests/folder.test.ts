import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folderDigests } from "../../../shared/store/digests/folder.ts";
import { digestStoreContract } from "./contract.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "digests-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "new", "digests");
}

digestStoreContract("a folder", () => {
  const folder = aFolder();
  return { first: folderDigests(folder), second: folderDigests(folder) };
});

test("what else is in the folder is no digest, and nothing is left of a digest that was refused", async () => {
  const folder = aFolder();
  const digests = folderDigests(folder);
  await digests.write(1, "one");
  for (const name of ["1.digest", "000000001.digest", "00000002.digest.bak", ".draft"])
    writeFileSync(join(folder, name), "");

  await digests.write(1, "uno");

  expect(await digests.numbers()).toEqual([1]);
  expect(readdirSync(folder)).toHaveLength(5);
});
