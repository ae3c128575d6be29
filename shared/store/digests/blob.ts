import type { TokenCredential } from "@azure/identity";
import type { ContainerClient } from "@azure/storage-blob";
import * as z from "zod";
import type { DigestsAddress } from "../../digests-address.ts";
import type { DigestStore } from "../../evidence/port.ts";
import { nameOf, numbersIn } from "./names.ts";

type Container = Extract<DigestsAddress, { kind: "container" }>;

/**
 * Digests as blobs of a container, whose immutability policy keeps them from being changed or taken away. Each is written
 * on the condition that there is none, so the app needs no right but to read, to list and to add.
 * @see https://learn.microsoft.com/azure/storage/blobs/immutable-storage-overview
 */
export function blobDigests(container: Container, credential: TokenCredential): DigestStore {
  let client: Promise<ContainerClient> | undefined;
  const opened = () => {
    client ??= open(container, credential);
    return client;
  };
  const read = async (number: number) => {
    const blob = (await opened()).getBlobClient(nameOf(number));
    return whereStatus([404], null, async () => (await blob.downloadToBuffer()).toString("utf8"));
  };
  return {
    numbers: async () => {
      const names: string[] = [];
      for await (const { name } of (await opened()).listBlobsFlat()) names.push(name);
      return numbersIn(names);
    },
    read,
    write: async (number, text) => {
      const blob = (await opened()).getBlockBlobClient(nameOf(number));
      const isNew = await whereStatus([409, 412], false, async () => {
        await blob.upload(text, Buffer.byteLength(text), { conditions: { ifNoneMatch: "*" } });
        return true;
      });
      // The answer to an earlier attempt may have been lost.
      return isNew || (await read(number)) === text;
    },
  };
}

/** The SDK is loaded here and not at the app's start. */
async function open(container: Container, credential: TokenCredential): Promise<ContainerClient> {
  const { ContainerClient } = await import("@azure/storage-blob");
  if (container.by === "identity") return new ContainerClient(container.url, credential);
  const client = new ContainerClient(container.connectionString(), container.name);
  // That of a real account is made with its policy, before the app is.
  await client.createIfNotExists();
  return client;
}

/** What work comes to, or something else where the service refuses with one of these; not where the container is missing. */
async function whereStatus<T>(statuses: readonly number[], other: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { success, data } = Refusal.safeParse(error);
    if (success && statuses.includes(data.statusCode) && data.code !== "ContainerNotFound") return other;
    throw error;
  }
}

/** A download's refusal has no code, since it has no body. */
const Refusal = z.object({ statusCode: z.number(), code: z.string().optional() });
