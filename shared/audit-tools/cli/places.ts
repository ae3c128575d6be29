import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseSettings } from "../../config.ts";
import { type Instant, instant } from "../../connection/connection.ts";
import { DigestsAddress, digestsBeside } from "../../digests-address.ts";
import type { DigestStore } from "../../evidence/port.ts";
import type { Period } from "../../evidence/verify.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { type Io, UsageError } from "../../policy-tools/cli/command.ts";
import { credentialIn } from "../../policy-tools/cli/credential.ts";
import { storeIn } from "../../policy-tools/cli/recorded.ts";
import { openDigests } from "../../store/digests/open.ts";
import type { StoreAddress } from "../../store-address.ts";

/** Options of every command that say where things are. */
export const PLACES = { store: { type: "string" }, digests: { type: "string" } } as const;
export const PLACES_HELP = `  --store STORE           the audit store; it is only read (default: AUDIT_STORE)
  --digests PLACE         where its digests are (default: DIGESTS, else the folder beside the store's file)
  --data DIR              the store, the digests and the keys of a stack on this machine, instead (default: .local)`;

interface Places {
  readonly store?: string | undefined;
  readonly digests?: string | undefined;
}

/** Where the store is, a file by its absolute path. @throws a `UsageError` or a `FileError` */
export function storeOf({ store }: Places, io: Io): StoreAddress {
  const address = storeIn(store, io);
  if (address.kind !== "sqlite") return address;
  const file = resolve(io.cwd, address.file);
  if (existsSync(file)) return { kind: "sqlite", file };
  throw new FileError(
    `${address.file} cannot be read: there is no such file. Name another with --store STORE.`,
  );
}

/** The digests of a store. A container is read by the app's identity where there is one, else by that of `az login`. */
export function digestsOf(places: Places, store: StoreAddress, { cwd, env }: Io): DigestStore {
  const address =
    namedIn(places) ?? parseSettings(env, { optional: ["DIGESTS"] }).DIGESTS ?? digestsBeside(store);
  if (address === null)
    throw new UsageError("Where are the digests? Name the container with --digests URL, or set DIGESTS.");
  return openDigests(
    address.kind === "folder" ? { ...address, folder: resolve(cwd, address.folder) } : address,
    credentialIn(env),
  );
}

function namedIn({ digests }: Places): DigestsAddress | undefined {
  if (digests === undefined) return undefined;
  const parsed = DigestsAddress.safeParse(digests);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--digests ${parsed.error.issues[0]?.message ?? "is wrong"}.`);
}

/** The keys that seal records. @throws a `ConfigError` */
export const recordKeys = ({ env }: Io) => parseSettings(env, { needed: ["RECORD_KEYS"] }).RECORD_KEYS;

/** Options that name a span of time. */
export const PERIOD = { from: { type: "string" }, to: { type: "string" } } as const;

/** The span of time that is meant; null for all. @throws a `UsageError` */
export function periodOf({
  from,
  to,
}: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): Period | null {
  if (from === undefined && to === undefined) return null;
  return {
    from: from === undefined ? instant(0) : momentIn("from", from),
    to: to === undefined ? instant(LAST_MS) : endIn("to", to),
  };
}

const LAST_MS = Date.UTC(9999, 11, 31);

const DAY_MS = 24 * 60 * 60_000;

/** All of a day is meant, as in the API; a moment is the end itself. */
const endIn = (option: string, text: string): Instant => {
  const begin = Date.parse(momentIn(option, text));
  return instant(text.includes("T") ? begin : Math.min(begin + DAY_MS, LAST_MS));
};

/** `2026-11-30`, or with a time of day in UTC. */
function momentIn(option: string, text: string): Instant {
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError(
      `--${option} must be a day or a moment in UTC, like 2026-11-30 or 2026-11-30T09:00:00Z, not "${text}".`,
    );
  return instant(ms);
}
