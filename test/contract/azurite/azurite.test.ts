import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { anAzurite } from "../../fixtures/azurite.ts";

const azurite = anAzurite();

test("a table keeps an entity once", async () => {
  const table = TableClient.fromConnectionString(azurite().connectionString, "records", {
    allowInsecureConnection: true,
  });
  await table.createTable();
  const entity = { partitionKey: "a", rowKey: "1", text: "hello" };

  await table.createEntity(entity);
  const again = table.createEntity(entity);

  await expect(again).rejects.toMatchObject({ statusCode: 409 });
  expect(await table.getEntity("a", "1")).toMatchObject({ text: "hello" });
});

test("a container keeps a blob once", async () => {
  const container = BlobServiceClient.fromConnectionString(azurite().connectionString).getContainerClient(
    "digests",
  );
  await container.create();
  const blob = container.getBlockBlobClient("first");
  const once = { conditions: { ifNoneMatch: "*" } };

  await blob.upload("hello", 5, once);
  const again = blob.upload("other", 5, once);

  await expect(again).rejects.toMatchObject({ statusCode: 409 });
  expect((await blob.downloadToBuffer()).toString()).toBe("hello");
});
