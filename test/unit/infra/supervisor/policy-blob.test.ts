import { expect, test } from "vitest";
import { isBlob, orAzurite } from "../../../../infra/local/supervisor/policy-blob.ts";
import { PolicyAddress } from "../../../../shared/policy-address.ts";

const STORAGE =
  "DefaultEndpointsProtocol=http;AccountName=local;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:10000/local";

test("POLICY=azurite is a blob of the stack's own Azurite, as the app reads addresses", () => {
  const policy = orAzurite("azurite", STORAGE);

  expect(PolicyAddress.parse(policy)).toMatchObject({
    kind: "blob",
    container: "policy",
    blob: "policy.json",
  });
  expect(isBlob(policy)).toBe(true);
});

test.each(["policy.yaml", "/etc/policy.json", "azurite.yaml"])("%s stays the path of a file", (policy) => {
  expect(orAzurite(policy, STORAGE)).toBe(policy);
  expect(isBlob(policy)).toBe(false);
});

test("without an Azurite the word means a file, which the app then misses", () => {
  expect(orAzurite("azurite", null)).toBe("azurite");
});
