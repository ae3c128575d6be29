import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseSettings } from "../../config.ts";
import { RequestId } from "../../connection/connection.ts";
import { Fault } from "../../connection/fault.ts";
import type { Trails } from "../../evidence/port.ts";
import { formatProblems } from "../../policy/file/report.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import type { RecordOf } from "../../request/record.ts";
import type { RequestStore } from "../../request/store.ts";
import { openStore } from "../../store/open.ts";
import { openFileForReading, StoreFileError } from "../../store/sqlite-file.ts";
import { reader } from "../../store/sqlite-reader.ts";
import { trailsIn } from "../../store/sqlite-trails.ts";
import { StoreAddress, type TableAddress } from "../../store-address.ts";
import { type KnownRequest, ofRecord, readRequest } from "../simulate/request.ts";
import { type Io, UsageError } from "./command.ts";
import { credentialIn } from "./credential.ts";
import { readText } from "./files.ts";

/** The reading half of an audit store. */
export type Audit = Omit<RequestStore, "append"> & { readonly trails: Trails };

/** Where the audit store is: as the option says, or as the app's settings do; null when neither does. */
export function findStore(option: string | undefined, { env }: Io): StoreAddress | null {
  if (option === undefined) return parseSettings(env, { optional: ["AUDIT_STORE"] }).AUDIT_STORE ?? null;
  const { data, error } = StoreAddress.safeParse(option);
  if (data === undefined) throw new UsageError(`--store ${error?.issues[0]?.message}.`);
  return data;
}

/** The same where there must be one. */
export function storeIn(option: string | undefined, io: Io): StoreAddress {
  const address = findStore(option, io);
  if (address) return address;
  throw new UsageError(
    "Where is the audit store? Name it with --store STORE, name the folder of a stack on this machine with --data DIR, or set AUDIT_STORE.",
  );
}

/** Lets something read an audit store, also while the app writes it. */
export async function withAudit<T>(
  address: StoreAddress,
  io: Io,
  work: (audit: Audit) => Promise<T>,
): Promise<T> {
  try {
    const { audit, close } =
      address.kind === "sqlite" ? openForReading(address.file, io) : await openTables(address, io);
    return await work(audit).finally(close);
  } catch (error) {
    const isOfStore = error instanceof StoreFileError || error instanceof Fault;
    throw isOfStore ? new FileError(error.message, { cause: error }) : error;
  }
}

interface Opened {
  readonly audit: Audit;
  readonly close: () => void;
}

/** Nothing can be written there. */
function openForReading(file: string, { cwd }: Io): Opened {
  if (!existsSync(resolve(cwd, file)))
    throw new FileError(
      `${file} cannot be read: there is no such file. The app makes it when it starts; name another with --store STORE.`,
    );
  const database = openFileForReading(resolve(cwd, file));
  return {
    audit: { ...reader(database), trails: trailsIn(database) },
    close: () => database.close(),
  };
}

async function openTables(address: TableAddress, io: Io): Promise<Opened> {
  const warn = (line: string) => io.err(`${line}\n`);
  const store = await openStore(address, { credential: credentialIn(io.env), warn });
  return { audit: store, close: () => store.close() };
}

const PAGE = 500;

/**
 * The requests that were assessed, newest first: each as it was assessed last, or all assessments there were. From the
 * trails themselves, since what finds records may be behind.
 */
export async function recordedRequests(audit: Audit, all: boolean): Promise<readonly KnownRequest[]> {
  const found: RecordOf<"assessed">[] = [];
  for await (const id of idsIn(audit)) {
    const assessed = (await audit.trail(id)).filter((record) => record.kind === "assessed");
    found.push(...(all ? assessed : assessed.slice(-1)));
  }
  return found.toSorted((one, other) => (one.at < other.at ? 1 : -1)).map(ofRecord);
}

async function* idsIn({ trails }: Audit): AsyncGenerator<RequestId> {
  for (let after: string | null = null; ; ) {
    const ids: readonly string[] = await trails.ids(after, PAGE);
    for (const id of ids) {
      const { data } = RequestId.safeParse(id);
      if (data !== undefined) yield data;
    }
    if (ids.length < PAGE) return;
    after = ids.at(-1) ?? null;
  }
}

const MAX_REQUESTS_BYTES = 64 * 1_024 * 1_024;
/** More lines with errors are not shown. */
const MAX_FAULTY_LINES = 20;

/** The requests of a file with one on each line; null when there is something wrong with one, which is then reported. */
export async function requestsIn(file: string, io: Io): Promise<readonly KnownRequest[] | null> {
  const text = await readText(file, io.cwd, MAX_REQUESTS_BYTES);
  const lines = text.split("\n").map((line) => line.trim());
  const foreign = lines.findIndex((line) => line !== "" && !/^[{[]/.test(line));
  if (foreign >= 0)
    throw new FileError(
      `${file}, line ${foreign + 1}: expected one JSON object on each line; explain takes YAML, too.`,
    );
  const read = lines.flatMap((line, index) => (line === "" ? [] : [{ index, ...readRequest(line, file) }]));
  // Read once more where they stand in the file, which for all lines would take long.
  const problems = read
    .filter(({ kind }) => kind === "problems")
    .slice(0, MAX_FAULTY_LINES)
    .map(({ index }) => readRequest(`${"\n".repeat(index)}${lines[index]}`, file))
    .flatMap((again) => (again.kind === "problems" ? again.problems : []));
  io.err(formatProblems(problems));
  return problems.length > 0 ? null : read.flatMap((one) => (one.kind === "request" ? [one.request] : []));
}
