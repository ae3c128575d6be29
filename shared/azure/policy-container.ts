import type { TokenCredential } from "@azure/identity";
import type { ContainerClient } from "@azure/storage-blob";
import type { PolicyBlob } from "../policy-address.ts";

/**
 * The container of a policy. Nothing is tried again by the SDK: who reads looks again within seconds, who writes is told.
 * The SDK is loaded at its first use: an app whose policy is a file never needs it.
 */
export async function openContainer(
  address: PolicyBlob,
  credential: TokenCredential,
): Promise<ContainerClient> {
  const { BlobServiceClient, ContainerClient } = await import("@azure/storage-blob");
  const options = { retryOptions: { maxTries: 1 } };
  return address.by === "identity"
    ? new ContainerClient(address.containerUrl, credential, options)
    : BlobServiceClient.fromConnectionString(address.connectionString(), options).getContainerClient(
        address.container,
      );
}
