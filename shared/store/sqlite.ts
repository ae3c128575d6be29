import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { armName } from "../connection/arm-id.ts";
import { outcomeOf } from "../request/life.ts";
import type { Actor, AuditRecord } from "../request/record.ts";
import type { ApprovalRequest } from "../request/request.ts";
import type { AuditStore } from "../request/store.ts";
import { reader } from "./sqlite-reader.ts";

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
`;

/**
 * Opens the audit store in a SQLite file, which one process at a time may write.
 *
 * `synchronous=FULL`: what was acknowledged survives a power cut, since the record "will apply" must be durable before
 * ARM is called. Records can neither be changed nor deleted, not even by this app: triggers refuse it.
 */
export function openAuditDatabase(file: string): AuditStore & { close(): void } {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
  database.exec(SCHEMA);
  const { append, flush } = appender(database);
  const close = () => {
    flush();
    database.close();
  };
  return { ...reader(database), append, close };
}

/** The words by which the audit query finds an actor. */
function actorWords(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case "person":
      return [actor.oid.toLowerCase()];
    case "rule":
      return [...new Set(actor.rules.map((rule) => rule.toLowerCase()))];
    case "system":
      return ["system"];
  }
}

interface Append {
  readonly records: readonly AuditRecord[];
  readonly request: ApprovalRequest;
  readonly resolve: (isTaken: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** When nothing else happens, so many turns of the event loop pass in microseconds; under load each brings appends. */
const TURNS = 4;

/**
 * The appends of a few turns of the event loop share one transaction, since each commit waits for the disk. All of them
 * are answered after it; when it fails, none of them has happened.
 */
function appender(database: DatabaseSync): { readonly append: AuditStore["append"]; flush(): void } {
  const take = taker(database);
  let waiting: Append[] = [];

  const flush = () => {
    if (waiting.length === 0) return;
    const appends = waiting;
    waiting = [];
    try {
      database.exec("BEGIN IMMEDIATE");
      const taken = appends.map(take);
      database.exec("COMMIT");
      for (const [index, { resolve }] of appends.entries()) resolve(taken[index] === true);
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      for (const { reject } of appends) reject(error);
    }
  };

  const append: AuditStore["append"] = async (records, request) => {
    if (records.length === 0) return true;
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) afterTurns(TURNS, flush);
      waiting.push({ records, request, resolve, reject });
    });
  };
  return { append, flush };
}

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}

/** Writes one append inside a transaction, if the request has exactly the records before it: a compare-and-set. */
function taker(database: DatabaseSync): (append: Append) => boolean {
  const insertRecord = database.prepare(
    `INSERT INTO records (request_id, seq, at, cluster_id, cluster, consumer, outcome, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertActor = database.prepare("INSERT INTO record_actors (actor, position) VALUES (?, ?)");
  const insertRequest = database.prepare(
    `INSERT INTO requests (id, seq, cluster_id, connection, endpoint, state, outcome, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const updateRequest = database.prepare(
    "UPDATE requests SET seq = ?, state = ?, outcome = ?, body = ? WHERE id = ? AND seq = ?",
  );

  const move = (request: ApprovalRequest, seqBefore: number): boolean => {
    const { id, seq, state, outcome, clusterId, connectionId, privateEndpointId } = request;
    const body = JSON.stringify(request);
    const { changes } =
      seqBefore === 0
        ? insertRequest.run(id, seq, clusterId, connectionId, privateEndpointId, state, outcome, body)
        : updateRequest.run(seq, state, outcome, body, id, seqBefore);
    return changes === 1;
  };

  return ({ records, request }) => {
    if (!move(request, request.seq - records.length)) return false;
    for (const record of records) {
      const { requestId, seq, at, clusterId, consumerSubscription, actor } = record;
      const cluster = armName(clusterId).name;
      const outcome = outcomeOf(record);
      const body = JSON.stringify(record);
      const { lastInsertRowid } = insertRecord.run(
        requestId,
        seq,
        at,
        clusterId,
        cluster,
        consumerSubscription,
        outcome,
        body,
      );
      for (const word of actorWords(actor)) insertActor.run(word, lastInsertRowid);
    }
    return true;
  };
}
