import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { Standing } from "../policy-in-force/port.ts";
import type { Change } from "../request/life.ts";
import type { AuditRecord } from "../request/record.ts";
import { type ApprovalRequest, outcomeOfRequest } from "../request/request.ts";
import { searchKeysOf } from "../request/search-keys.ts";
import type { Outbox, RequestStore } from "../request/store.ts";
import { openFile } from "./sqlite-file.ts";
import { outboxIn } from "./sqlite-outbox.ts";
import { reader } from "./sqlite-reader.ts";
import { STANDING_SCHEMA, standingIn } from "./sqlite-standing.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         TEXT NOT NULL,
    cluster_id TEXT NOT NULL,
    cluster    TEXT NOT NULL,
    consumer   TEXT,
    outcome    TEXT,
    body       TEXT NOT NULL,
    UNIQUE (request_id, seq)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS record_actors (
    actor    TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES records (position),
    PRIMARY KEY (actor, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_at ON records (at);
  CREATE INDEX IF NOT EXISTS records_cluster ON records (cluster, position);
  CREATE INDEX IF NOT EXISTS records_consumer ON records (consumer, position);
  CREATE INDEX IF NOT EXISTS records_outcome ON records (outcome, position) WHERE outcome IS NOT NULL;
  CREATE INDEX IF NOT EXISTS records_approved ON records (consumer, request_id) WHERE outcome = 'approved';
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
    outcome     TEXT,
    body        TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS requests_open_cluster ON requests (cluster_id) WHERE state <> 'closed';
  CREATE INDEX IF NOT EXISTS requests_open_connection ON requests (connection) WHERE state <> 'closed';
  CREATE INDEX IF NOT EXISTS requests_open_endpoint ON requests (endpoint) WHERE state <> 'closed';
  CREATE INDEX IF NOT EXISTS requests_state ON requests (state, position);
  CREATE INDEX IF NOT EXISTS requests_outcome ON requests (outcome, position);

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
export function openSqliteStore(
  file: string,
  channels: readonly string[] = [],
): RequestStore & { readonly outbox: Outbox; readonly standing: Standing; close(): void } {
  const database = openFile(file, SCHEMA + STANDING_SCHEMA);
  const { append, flush } = appender(database, channels);
  const close = () => {
    flush();
    database.close();
  };
  return { ...reader(database), append, outbox: outboxIn(database), standing: standingIn(database), close };
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
  return ({ change: { records, request, notices } }) => {
    // The records are asked, not the request: who can write that one must not decide what may follow.
    const { seq: last } = LastRow.parse(lastOf.get(request.id));
    if ((last ?? 0) !== request.seq - records.length) return false;
    put(request);
    for (const record of records) addRecord(record);
    for (const seq of notices)
      for (const channel of channels)
        insertNotice.run(request.id, channel, seq, request.updatedAt, request.updatedAt);
    return true;
  };
}

const LastRow = z.object({ seq: z.int().nullable() });

/** Puts a request in the place of the one that is there, if any, whatever that says. */
function putter(database: DatabaseSync): (request: ApprovalRequest) => void {
  const update = database.prepare(
    `UPDATE requests SET seq = ?, cluster_id = ?, connection = ?, endpoint = ?, state = ?, outcome = ?, body = ?
     WHERE id = ?`,
  );
  const insert = database.prepare(
    `INSERT INTO requests (seq, cluster_id, connection, endpoint, state, outcome, body, id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (request) => {
    const { id, seq, state, clusterId, connectionId, privateEndpointId } = request;
    const body = JSON.stringify(request);
    const outcome = outcomeOfRequest(request);
    const row = [seq, clusterId, connectionId, privateEndpointId, state, outcome, body, id];
    if (update.run(...row).changes === 0) insert.run(...row);
  };
}

function recorder(database: DatabaseSync): (record: AuditRecord) => void {
  const insert = database.prepare(
    `INSERT INTO records (request_id, seq, at, cluster_id, cluster, consumer, outcome, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertActor = database.prepare("INSERT INTO record_actors (actor, position) VALUES (?, ?)");
  return (record) => {
    const { requestId, seq, at, clusterId } = record;
    const { cluster, consumer, actors, outcome } = searchKeysOf(record);
    const body = JSON.stringify(record);
    const { lastInsertRowid } = insert.run(requestId, seq, at, clusterId, cluster, consumer, outcome, body);
    for (const actor of actors) insertActor.run(actor, lastInsertRowid);
  };
}
