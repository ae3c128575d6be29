import type { TokenCredential } from "@azure/identity";
import type { PolicyBlob } from "../policy-address.ts";
import { openContainer } from "./policy-container.ts";

/** What is put into a blob, and what its writer says beside it. */
export interface Publication {
  readonly blob: string;
  readonly text: string;
  /** Values are letters, digits and signs of ASCII alone, since headers carry them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Puts a text into a blob of the policy's container, in the place of what is there. @returns its ETag */
export async function publishBlob(
  address: PolicyBlob,
  credential: TokenCredential,
  { blob, text, metadata }: Publication,
): Promise<string> {
  const container = await openContainer(address, credential);
  // In Azure whoever publishes may write blobs, not make containers.
  if (address.by === "key") await container.createIfNotExists();
  const bytes = Buffer.from(text);
  const { etag = "" } = await container.getBlockBlobClient(blob).upload(bytes, bytes.length, {
    metadata: { ...metadata },
    blobHTTPHeaders: { blobContentType: "application/json" },
  });
  return etag;
}
