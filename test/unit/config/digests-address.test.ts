import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { DigestsAddress, digestsBeside } from "../../../shared/digests-address.ts";
import { StoreAddress } from "../../../shared/store-address.ts";

const KEY = `hunter2${"A".repeat(80)}==`;
const AZURITE = `DefaultEndpointsProtocol=http;AccountName=local;AccountKey=${KEY};BlobEndpoint=http://127.0.0.1:10000/local;TableEndpoint=http://127.0.0.1:10002/local`;
const IN_AZURE = "https://evidence.blob.core.windows.net/digests";

describe("where the digests are", () => {
  test.each([
    IN_AZURE,
    "https://evidence.blob.core.usgovcloudapi.net/a-b-c",
    "https://evidence.z07.blob.storage.azure.net/digests",
  ])("%s is a container that the app's identity reaches, also with blanks around it", (url) => {
    for (const text of [url, ` ${url}`, `${url}\n`, `${url}/`])
      expect(DigestsAddress.parse(text), JSON.stringify(text)).toEqual({
        kind: "container",
        by: "identity",
        url,
      });
  });

  test.each(["/data/digests", "digests", "C:\\data\\digests"])("%s is a folder", (folder) => {
    expect(DigestsAddress.parse(folder)).toEqual({ kind: "folder", folder });
  });

  test.each([
    AZURITE,
    AZURITE.replaceAll("127.0.0.1", "localhost"),
    AZURITE.replaceAll("127.0.0.1", "[::1]"),
    AZURITE.replaceAll(";", " ; "),
  ])(
    "the connection string of an Azurite on this machine, with a container's name, is such a container",
    (text) => {
      const address = DigestsAddress.parse(`${text};Container=evidence`);

      expect(address).toMatchObject({ kind: "container", by: "key", name: "evidence" });
      expect("connectionString" in address && address.connectionString()).toBe(text);
      expect(inspect(address, { depth: 9, showHidden: true }) + JSON.stringify(address)).not.toContain(
        "hunter2",
      );
    },
  );

  test.each([
    ["http where it must be https", IN_AZURE.replace("https", "http")],
    ["somebody else's host", "https://evidence.blob.core.windows.net.example/digests"],
    ["somebody else's host behind a blank", " https://example.com/digests"],
    ["a host behind a user name", "https://evidence.blob.core.windows.net@example.com/digests"],
    ["another service of the account", "https://evidence.table.core.windows.net/digests"],
    ["an account without a container", "https://evidence.blob.core.windows.net/"],
    ["a blob in a container", `${IN_AZURE}/digest-1`],
    ["a key in the address", `${IN_AZURE}?sig=hunter2`],
    ["a container's name that none may have", "https://evidence.blob.core.windows.net/Digests"],
    ["a folder that no system has", "digests\0"],
    ["a connection string without a container", AZURITE],
    ["one of an account in Azure", `${AZURITE.replaceAll("127.0.0.1", "example.com")};Container=evidence`],
    [
      "one that the SDK does not read",
      `${AZURITE.replace("BlobEndpoint", "blobendpoint")};Container=evidence`,
    ],
    ["one without its blobs", `${AZURITE.replace(/BlobEndpoint=[^;]+;/, "")};Container=evidence`],
    [
      "a host that only begins like this machine",
      `${AZURITE.replaceAll("127.0.0.1", "127.0.0.1.example")};Container=evidence`,
    ],
    [
      "a host behind this machine's name",
      `${AZURITE.replaceAll("127.0.0.1:10000", "127.0.0.1:hunter2@example.com")};Container=evidence`,
    ],
    ["two places", `BlobEndpoint=https://example.com/local;${AZURITE};Container=evidence`],
    ["two places, spelt otherwise", `${AZURITE};blobEndpoint=https://example.com/local;Container=evidence`],
  ])("%s is refused, and not shown", (_what, text) => {
    const { success, error } = DigestsAddress.safeParse(text);

    expect(success).toBe(false);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      "must be a folder, https://ACCOUNT.blob.core.windows.net/CONTAINER, or the connection string of an Azurite on this machine with ;Container=NAME at its end",
    ]);
  });

  test.each([
    ["/data/audit.db", { kind: "folder", folder: "/data/audit.db.digests" }],
    ["https://account.table.core.windows.net", null],
    [AZURITE.replace(/BlobEndpoint=[^;]+;/, ""), null],
    [AZURITE.replace("127.0.0.1", "example.com"), null],
    [AZURITE, { kind: "container", by: "key", name: "digests" }],
  ])("which no setting names are beside the store, unless that is in Azure: %.30s", (store, beside) => {
    const address = digestsBeside(StoreAddress.parse(store));

    if (beside === null) expect(address).toBeNull();
    else expect(address).toMatchObject(beside);
  });
});

test("a store that two places are named for is refused", () => {
  expect(StoreAddress.safeParse(`TableEndpoint=https://example.com/local;${AZURITE}`).success).toBe(false);
});
