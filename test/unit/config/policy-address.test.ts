import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { PolicyAddress } from "../../../shared/policy-address.ts";

const KEY = `hunter2${"A".repeat(80)}==`;
const AZURITE = `DefaultEndpointsProtocol=http;AccountName=local;AccountKey=${KEY};BlobEndpoint=http://127.0.0.1:10000/local`;
const IN_AZURE = "https://approvals.blob.core.windows.net/policy/policy.json";

describe("where the policy is", () => {
  test.each(["policy.yaml", "/etc/approvals/policy.json", "C:\\data\\policy.yaml", "./a policy.yaml"])(
    "%s is a file",
    (file) => {
      expect(PolicyAddress.parse(file)).toEqual({ kind: "file", file });
    },
  );

  test.each([
    IN_AZURE,
    "https://approvals.blob.core.usgovcloudapi.net/policy/policy.json",
    "https://approvals.z07.blob.storage.azure.net/policy/policy.json",
  ])("%s is a blob that the app's identity reads, also with blanks around it", (url) => {
    for (const text of [url, ` ${url}`, `${url}\n`])
      expect(PolicyAddress.parse(text), JSON.stringify(text)).toEqual({
        kind: "blob",
        by: "identity",
        shown: url,
        containerUrl: url.replace("/policy.json", ""),
        container: "policy",
        blob: "policy.json",
      });
  });

  test("a blob may lie in folders", () => {
    expect(PolicyAddress.parse(IN_AZURE.replace("policy.json", "prod/eu-1/built_2.json"))).toMatchObject({
      container: "policy",
      blob: "prod/eu-1/built_2.json",
    });
  });

  test.each([AZURITE, AZURITE.replace("127.0.0.1", "localhost"), AZURITE.replace("127.0.0.1", "[::1]")])(
    "the connection string of an Azurite on this machine, with container and blob, is such a blob",
    (text) => {
      const address = PolicyAddress.parse(`${text};Container=policy;Blob=prod/policy.json`);

      expect(address).toMatchObject({ by: "key", container: "policy", blob: "prod/policy.json" });
      expect("shown" in address && address.shown).toBe("policy/prod/policy.json");
      expect("connectionString" in address && address.connectionString()).toBe(text);
      expect(inspect(address, { depth: 9, showHidden: true }) + JSON.stringify(address)).not.toContain(
        "hunter2",
      );
    },
  );

  test.each([
    ["http where it must be https", IN_AZURE.replace("https", "http")],
    ["somebody else's host", IN_AZURE.replace(".net/", ".net.example/")],
    ["a host behind a user name", IN_AZURE.replace(".net/", ".net@example.com/")],
    ["another service of the account", IN_AZURE.replace(".blob.", ".table.")],
    ["a container without a blob", "https://approvals.blob.core.windows.net/policy"],
    ["a container without a blob's name", "https://approvals.blob.core.windows.net/policy/"],
    ["a key in the address", `${IN_AZURE}?sig=hunter2`],
    ["what was not built", IN_AZURE.replace("json", "yaml")],
    ["a way up", IN_AZURE.replace("policy.json", "../digests/policy.json")],
    ["a name that a URL would spell otherwise", IN_AZURE.replace("policy.json", "my policy.json")],
    ["the switches that stand beside it", IN_AZURE.replace("policy.json", "switches.json")],
    ["the switches in an Azurite", `${AZURITE};Container=policy;Blob=prod/switches.json`],
    ["a container's name that none may have", IN_AZURE.replace("/policy/", "/Policy/")],
    ["a file that no system has", "policy\0.yaml"],
    ["a connection string alone", AZURITE],
    ["one without a blob", `${AZURITE};Container=policy`],
    [
      "one of an account in Azure",
      `${AZURITE.replace("127.0.0.1", "example.com")};Container=policy;Blob=p.json`,
    ],
    [
      "a host behind this machine's name",
      `${AZURITE.replace("127.0.0.1:10000", "127.0.0.1:hunter2@example.com")};Container=policy;Blob=p.json`,
    ],
    ["two places", `BlobEndpoint=https://example.com/local;${AZURITE};Container=policy;Blob=p.json`],
  ])("%s is refused, and not shown", (_what, text) => {
    const { success, error } = PolicyAddress.safeParse(text);

    expect(success).toBe(false);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      "must be the path of a file, https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME.json, or the connection string of an Azurite on this machine with ;Container=NAME;Blob=NAME.json at its end",
    ]);
  });
});
