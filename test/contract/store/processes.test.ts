import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, onTestFinished } from "vitest";
import { appCredential } from "../../../shared/azure/credential.ts";
import { openStore } from "../../../shared/store/open.ts";
import { StoreAddress } from "../../../shared/store-address.ts";
import { anAzurite } from "../../fixtures/azurite.ts";
import { notSharing, sharing } from "./processes.ts";
import { RECIPIENTS } from "./store-under-test.ts";

async function open(address: string) {
  const warn = (line: string) => void process.stderr.write(`${line}\n`);
  const options = { recipients: RECIPIENTS, credential: appCredential(undefined), warn };
  const store = await openStore(StoreAddress.parse(address), options);
  onTestFinished(() => store.close());
  return store;
}

describe("two instances of the app that share a SQLite file", () => {
  const aFile = () => {
    const folder = mkdtempSync(join(tmpdir(), "audit-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, "audit.db");
  };

  sharing({ address: aFile, open });
  notSharing({ address: aFile, open });
});

describe("two instances of the app that share tables", () => {
  const azurite = anAzurite();

  sharing({ address: () => azurite().connectionString, open });
});
