import type { TokenCredential } from "@azure/identity";
import { instant } from "../connection/connection.ts";
import { MAX_BUILT_BYTES } from "../policy/built.ts";
import type { PolicyVersion } from "../policy/policy-version.ts";
import { type PolicyBlob, SWITCHES } from "../policy-address.ts";
import { MAX_SWITCHES_BYTES, type PolicySource, type SwitchesSource } from "../policy-in-force/port.ts";
import { type Look, QUIET_MS, twoLooks } from "../policy-in-force/two-looks.ts";
import { oneLine } from "../text.ts";
import { blobReader, type ReadBlob } from "./blob-reader.ts";
import { openContainer } from "./policy-container.ts";

interface Options {
  readonly address: PolicyBlob;
  /** For a container in Azure. */
  readonly credential: TokenCredential;
  pause(ms: number): Promise<unknown>;
  /** For one attempt. */
  readonly timeLimitMs?: number;
}

/** Two attempts and the pause between them are shorter than what a look at a policy may take. */
const TIME_LIMIT_MS = 4_000;

/** A built policy in a blob, and the switches in another one beside it. */
export function policyInBlob({ address, credential, pause, timeLimitMs = TIME_LIMIT_MS }: Options): {
  readonly source: PolicySource;
  readonly switches: SwitchesSource;
} {
  const container = once(() => openContainer(address, credential));
  const readerOf = (blob: string, file: string, maxBytes: number) =>
    blobReader(async () => (await container()).getBlobClient(blob), file, { maxBytes, timeLimitMs });
  const file = beside(address.shown);
  const readSwitches = readerOf(beside(address.blob), file, MAX_SWITCHES_BYTES);
  return {
    source: sourceOf(address.shown, readerOf(address.blob, address.shown, MAX_BUILT_BYTES), pause),
    switches: { file, read: async () => (await readSwitches())?.text ?? null },
  };
}

/** The name of the switches, in the folder of the policy. */
const beside = (name: string): string => name.replace(/[^/]*$/, SWITCHES);

/**
 * A blob is replaced as a whole; the second look is for what is uploaded twice in a row, of which the last one counts.
 * Nothing is tried again within a look but what failed, once: the next look comes within seconds.
 */
function sourceOf(file: string, read: () => Promise<ReadBlob | null>, pause: Options["pause"]): PolicySource {
  const look = async (): Promise<BlobLook> => {
    const blob = await read();
    if (blob === null) throw new Error(`${file} cannot be read: there is no such blob.`);
    return { ...blob, fingerprint: blob.etag, isWhole: true };
  };
  let known: string | null = null;
  return {
    read: async () => {
      const isKnown = ({ etag, ageMs }: BlobLook) => (known === null ? ageMs >= QUIET_MS : etag === known);
      const seen = await twoLooks({ look, isKnown, pause });
      if (seen === null) throw new Error(`${file} is replaced again and again.`);
      known = seen.etag;
      return { file, text: seen.text, lists: NO_LISTS, version: versionOf(seen) };
    },
  };
}

type BlobLook = ReadBlob & Look;

/** A built policy has its lists in it. */
const NO_LISTS: ReadonlyMap<string, string> = new Map();
const MAX_METADATA = 120;

/** Whoever wrote it may have written anything beside it. */
function versionOf({ versionId, etag, writtenAt, metadata }: ReadBlob): PolicyVersion {
  const said = (name: string) => oneLine(metadata[name] ?? "", MAX_METADATA) || null;
  return {
    version: oneLine(versionId ?? etag, MAX_METADATA),
    writtenAt: instant(writtenAt.getTime()),
    author: said("author"),
    commit: said("commit"),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
