import { randomBytes } from "node:crypto";
import { blobDigests } from "../../../shared/store/digests/blob.ts";
import { anAzurite } from "../../fixtures/azurite.ts";
import { digestStoreContract } from "./contract.ts";

const azurite = anAzurite();

digestStoreContract("a blob container", () => {
  const container = {
    kind: "container",
    by: "key",
    connectionString: () => azurite().connectionString,
    name: `digests-${randomBytes(4).toString("hex")}`,
  } as const;
  const nobody = { getToken: async () => null };
  return { first: blobDigests(container, nobody), second: blobDigests(container, nobody) };
});
