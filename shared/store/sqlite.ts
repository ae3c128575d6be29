import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { Change } from "../request/life.ts";
import type { AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { RequestStore } from "../request/store.ts";
import { type Closing, closingOf } from "../search/closing.ts";
import { recordTerms, requestTerms } from "../search/terms.ts";
import { ACCESSES_SCHEMA, accessesIn } from "./sqlite-accesses.ts";
import { openFile } from "./sqlite-file.ts";
import { outboxIn } from "./sqlite-outbox.ts";
import { reader } from "./sqlite-reader.ts";
import { searchIn } from "./sqlite-search.ts";
import { STANDING_SCHEMA, standingIn } from "./sqlite-standing.ts";
import { trailsIn } from "./sqlite-trails.ts";
import type { Store } from "./store.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         TEXT NOT NULL,
    said       TEXT NOT NULL,
    seal       TEXT NOT NULL,
    UNIQUE (request_id, seq)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS records_at ON records (at, position);
  CREATE TABLE IF NOT EXISTS record_terms (
    term     TEXT NOT NULL,
    at       TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (term, at, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS closings (
    position INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    consumer TEXT,
    outcome  TEXT NOT NULL,
    body     TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS closings_at ON closings (at, position);
  CREATE INDEX IF NOT EXISTS closings_approved ON closings (consumer) WHERE outcome = 'approved';
  CREATE TRIGGER IF NOT EXISTS records_are_never_changed BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
  CREATE TRIGGER IF NOT EXISTS records_are_never_deleted BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
  -- INSERT OR REPLACE deletes without asking the trigger above.
  CREATE TRIGGER IF NOT EXISTS records_are_never_replaced BEFORE INSERT ON records
    WHEN EXISTS (SELECT 1 FROM records WHERE request_id = NEW.request_id AND seq = NEW.seq)
      OR EXISTS (SELECT 1 FROM records WHERE position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;

  CREATE TABLE IF NOT EXISTS requests (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    seq         INTEGER NOT NULL,
    cluster_id  TEXT NOT NULL,
    connection  TEXT NOT NULL,
    endpoint    TEXT,
    state       TEXT NOT NULL,
    policy_hash TEXT,
    received_at TEXT NOT NULL,
    deadline    TEXT,
    body        TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS request_terms (
    term     TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (term, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS requests_open_cluster ON requests (cluster_id) WHERE state <> 'closed';
  CREATE INDEX IF NOT EXISTS requests_open_connection ON requests (connection) WHERE state <> 'closed';
  CREATE INDEX IF NOT EXISTS requests_open_endpoint ON requests (endpoint) WHERE state <> 'closed';
  CREATE INDEX IF NOT EXISTS requests_received ON requests (received_at, position);
  CREATE INDEX IF NOT EXISTS requests_deadline ON requests (deadline, position) WHERE deadline IS NOT NULL;
  CREATE INDEX IF NOT EXISTS requests_at_rest ON requests (policy_hash) WHERE state IN ('waiting', 'deferred');

  -- A row for each notice that a channel has not taken yet, or that was given up.
  CREATE TABLE IF NOT EXISTS notices (
    request_id TEXT NOT NULL,
    channel    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_at     TEXT NOT NULL,
    given_up   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (request_id, channel, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS notices_due ON notices (due_at) WHERE given_up = 0;
`;

/**
 * Opens the store in a SQLite file, which one process at a time may write.
 *
 * `synchronous=FULL`: what was acknowledged survives a power cut, since the record "will apply" must be durable before
 * ARM is called. Records can neither be changed nor deleted, not even by this app: triggers refuse it.
 * @param channels by which people are told: each notice goes into the outbox once for each of them
 * @throws a `StoreFileError`
 */
export function openSqliteStore(file: string, channels: readonly string[] = []): Store {
  const database = openFile(file, SCHEMA + STANDING_SCHEMA + ACCESSES_SCHEMA);
  const { append, flush } = appender(database, channels);
  const close = () => {
    flush();
    database.close();
  };
  return {
    ...reader(database),
    append,
    outbox: outboxIn(database),
    standing: standingIn(database),
    search: searchIn(database),
    trails: trailsIn(database),
    accesses: accessesIn(database),
    close,
  };
}

interface Append {
  readonly change: Change;
  readonly resolve: (isTaken: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** When nothing else happens, so many turns of the event loop pass in microseconds; under load each brings appends. */
const TURNS = 4;

/**
 * The appends of a few turns of the event loop share one transaction, since each commit waits for the disk. All of them
 * are answered after it; when it fails, each is tried by itself.
 */
function appender(
  database: DatabaseSync,
  channels: readonly string[],
): { readonly append: RequestStore["append"]; flush(): void } {
  const take = taker(database, channels);
  let waiting: Append[] = [];

  const flush = () => {
    if (waiting.length === 0) return;
    const appends = waiting;
    waiting = [];
    commit(appends);
  };

  const commit = (appends: readonly Append[]) => {
    try {
      database.exec("BEGIN IMMEDIATE");
      const taken = appends.map(take);
      database.exec("COMMIT");
      for (const [index, { resolve }] of appends.entries()) resolve(taken[index] === true);
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec("ROLLBACK");
      // One that cannot be taken must not keep its neighbours out: each is tried by itself.
      if (appends.length > 1) for (const append of appends) commit([append]);
      else for (const { reject } of appends) reject(error);
    }
  };

  const append: RequestStore["append"] = async (change) => {
    if (change.records.length === 0) return true;
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) afterTurns(TURNS, flush);
      waiting.push({ change, resolve, reject });
    });
  };
  return { append, flush };
}

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}

/** Writes one change inside a transaction, if the request has exactly the records before it: a compare-and-set. */
function taker(database: DatabaseSync, channels: readonly string[]): (append: Append) => boolean {
  const lastOf = database.prepare("SELECT max(seq) AS seq FROM records WHERE request_id = ?");
  const put = putter(database);
  const addRecord = recorder(database);
  const insertNotice = database.prepare(
    // One may be left of a record of this number that somebody removed.
    `INSERT INTO notices (request_id, channel, seq, created_at, due_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  return ({ change }) => {
    const { records, said, request, notices } = change;
    // The records are asked, not the request: who can write that one must not decide what may follow.
    const { seq: last } = LastRow.parse(lastOf.get(request.id));
    if ((last ?? 0) !== request.seq - records.length) return false;
    put(request);
    const closing = closingOf(change);
    for (const [index, record] of records.entries())
      addRecord(record, said[index] ?? "", record.seq === closing?.seq ? closing : null);
    for (const seq of notices)
      for (const channel of channels)
        insertNotice.run(request.id, channel, seq, request.updatedAt, request.updatedAt);
    return true;
  };
}

const LastRow = z.object({ seq: z.int().nullable() });

/** Puts a request in the place of the one that is there, if any, whatever that says. */
function putter(database: DatabaseSync): (request: ApprovalRequest) => void {
  const put = database.prepare(
    `INSERT INTO requests (id, seq, cluster_id, connection, endpoint, state, policy_hash, received_at, deadline, body)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
     ON CONFLICT (id) DO UPDATE SET seq = ?2, cluster_id = ?3, connection = ?4, endpoint = ?5, state = ?6,
       policy_hash = ?7, received_at = ?8, deadline = ?9, body = ?10
     RETURNING position`,
  );
  const dropTerms = database.prepare("DELETE FROM request_terms WHERE position = ?");
  const insertTerm = database.prepare("INSERT INTO request_terms (term, position) VALUES (?, ?)");
  return (request) => {
    const { id, seq, state, clusterId, connectionId, privateEndpointId, policyHash, receivedAt } = request;
    const deadline = request.state === "waiting" ? request.ask.deadline : null;
    const place = [clusterId, connectionId, privateEndpointId] as const;
    const { position } = PutRow.parse(
      put.get(id, seq, ...place, state, policyHash, receivedAt, deadline, JSON.stringify(request)),
    );
    dropTerms.run(position);
    for (const term of requestTerms(request)) insertTerm.run(term, position);
  };
}

const PutRow = z.object({ position: z.int() });

function recorder(
  database: DatabaseSync,
): (record: AuditRecord, said: string, closing: Closing | null) => void {
  const insert = database.prepare(
    "INSERT INTO records (request_id, seq, at, said, seal) VALUES (?, ?, ?, ?, ?)",
  );
  const insertTerm = database.prepare("INSERT INTO record_terms (term, at, position) VALUES (?, ?, ?)");
  const insertClosing = database.prepare(
    "INSERT INTO closings (position, at, consumer, outcome, body) VALUES (?, ?, ?, ?, ?)",
  );
  return (record, said, closing) => {
    const { requestId, seq, at, seal } = record;
    const { lastInsertRowid: position } = insert.run(requestId, seq, at, said, seal);
    for (const term of recordTerms(record)) insertTerm.run(term, at, position);
    if (closing !== null)
      insertClosing.run(position, at, closing.consumer, closing.outcome, JSON.stringify(closing));
  };
}
