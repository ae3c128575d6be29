import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { outcomeOf } from "../approval/life.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import { armName } from "../connection/arm-id.ts";
import type { AuditStore } from "./port.ts";
import type { Actor } from "./record.ts";
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
    actors     TEXT NOT NULL,
    outcome    TEXT,
    body       TEXT NOT NULL,
    UNIQUE (request_id, seq)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS records_at ON records (at);
  CREATE INDEX IF NOT EXISTS records_cluster ON records (cluster, position);
  CREATE INDEX IF NOT EXISTS records_consumer ON records (consumer, position);
  CREATE INDEX IF NOT EXISTS records_outcome ON records (outcome, position) WHERE outcome IS NOT NULL;
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
  return { ...reader(database), append: appender(database), close: () => database.close() };
}

/** The words by which the audit query finds an actor, each between spaces. */
function actorWords(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return ` ${actor.oid.toLowerCase()} `;
    case "rule":
      return ` ${actor.rules.join(" ").toLowerCase()} `;
    case "system":
      return " system ";
  }
}

function appender(database: DatabaseSync): AuditStore["append"] {
  const insertRecord = database.prepare(
    `INSERT INTO records (request_id, seq, at, cluster_id, cluster, consumer, actors, outcome, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertRequest = database.prepare(
    `INSERT INTO requests (id, seq, cluster_id, connection, endpoint, state, outcome, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const updateRequest = database.prepare(
    "UPDATE requests SET seq = ?, state = ?, outcome = ?, body = ? WHERE id = ? AND seq = ?",
  );

  /** The compare-and-set: only a request with exactly the records before ours moves on. */
  const move = (request: ApprovalRequest, seqBefore: number): boolean => {
    const { id, seq, state, outcome, clusterId, connectionId, privateEndpointId } = request;
    const body = JSON.stringify(request);
    const { changes } =
      seqBefore === 0
        ? insertRequest.run(id, seq, clusterId, connectionId, privateEndpointId, state, outcome, body)
        : updateRequest.run(seq, state, outcome, body, id, seqBefore);
    return changes === 1;
  };

  return async (records, request) => {
    const [first] = records;
    if (first === undefined) return true;
    database.exec("BEGIN IMMEDIATE");
    try {
      const moved = move(request, first.seq - 1);
      if (moved) {
        for (const record of records) {
          insertRecord.run(
            record.requestId,
            record.seq,
            record.at,
            record.clusterId,
            armName(record.clusterId).name,
            record.consumerSubscription,
            actorWords(record.actor),
            outcomeOf(record),
            JSON.stringify(record),
          );
        }
      }
      database.exec("COMMIT");
      return moved;
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  };
}
