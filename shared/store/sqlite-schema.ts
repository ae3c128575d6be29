import { ACCESSES_SCHEMA } from "./sqlite-accesses.ts";
import { POSTED_SCHEMA } from "./sqlite-posted.ts";
import { RUNS_SCHEMA } from "./sqlite-runs.ts";
import { STANDING_SCHEMA } from "./sqlite-standing.ts";

/** Refuses whatever would change rows that were written once; `INSERT OR REPLACE` deletes without asking for it. */
const writtenOnce = (table: string, isThere: string): string => `
  CREATE TRIGGER ${table}_are_never_changed BEFORE UPDATE ON ${table}
    BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
  CREATE TRIGGER ${table}_are_never_deleted BEFORE DELETE ON ${table}
    BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
  CREATE TRIGGER ${table}_are_never_replaced BEFORE INSERT ON ${table} WHEN ${isThere}
    BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;`;

/** What is written once: trails, their records, and the texts that records share. */
const RECORDS = `
  -- A request that has records. Its number is the position of the first.
  CREATE TABLE trails (
    number     INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE
  ) STRICT;
  -- Texts that others are put together from (sqlite-texts.ts).
  CREATE TABLE parts (
    id   INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX parts_hash ON parts (hash);
  -- The position is the moment (sqlite-position.ts), so records lie in the order of time.
  CREATE TABLE records (
    position INTEGER PRIMARY KEY,
    trail    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    template INTEGER,
    said     TEXT NOT NULL,
    seal     TEXT NOT NULL,
    UNIQUE (trail, seq)
  ) STRICT;
${writtenOnce("trails", "EXISTS (SELECT 1 FROM trails WHERE number = NEW.number OR request_id = NEW.request_id)")}
${writtenOnce("parts", "EXISTS (SELECT 1 FROM parts WHERE id = NEW.id)")}
${writtenOnce(
  "records",
  `EXISTS (SELECT 1 FROM records WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM records WHERE trail = NEW.trail AND seq = NEW.seq)`,
)}
`;

/** What is made of the records, to find and to answer sooner. */
const VIEWS = `
  CREATE TABLE terms (
    term TEXT PRIMARY KEY,
    id   INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE last_term (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id   INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE record_terms (
    term     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (term, position)
  ) STRICT, WITHOUT ROWID;
  -- Records whose terms are not written yet (sqlite-unindexed.ts).
  CREATE TABLE unindexed (
    position INTEGER PRIMARY KEY,
    trail    INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE approvals (
    consumer TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (consumer, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE closings (
    position INTEGER PRIMARY KEY,
    template INTEGER,
    body     TEXT NOT NULL
  ) STRICT;

  -- The seal proves the body (seal.ts); a request that was made anew has none, since only the app has the keys.
  -- Place, policy and due are those of an open request; due is its deadline as a position.
  CREATE TABLE requests (
    trail       INTEGER PRIMARY KEY,
    state       TEXT NOT NULL,
    cluster_id  TEXT,
    connection  TEXT,
    endpoint    TEXT,
    policy_hash TEXT,
    due         INTEGER,
    terms       TEXT NOT NULL,
    template    INTEGER,
    body        TEXT NOT NULL,
    seal        TEXT
  ) STRICT;
  CREATE TABLE request_terms (
    term  INTEGER NOT NULL,
    trail INTEGER NOT NULL,
    PRIMARY KEY (term, trail)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX requests_open_cluster ON requests (cluster_id) WHERE state <> 'closed';
  CREATE INDEX requests_open_connection ON requests (connection) WHERE state <> 'closed';
  CREATE INDEX requests_open_endpoint ON requests (endpoint) WHERE state <> 'closed';
  CREATE UNIQUE INDEX requests_due ON requests (due) WHERE due IS NOT NULL;
  CREATE INDEX requests_at_rest ON requests (policy_hash) WHERE state IN ('waiting', 'deferred');
`;

/** A row for each notice that a channel has not taken yet, or that was given up. */
const NOTICES = `
  CREATE TABLE notices (
    request_id TEXT NOT NULL,
    channel    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_at     TEXT NOT NULL,
    given_up   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (request_id, channel, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notices_due ON notices (due_at) WHERE given_up = 0;
`;

const ACCESSES = `${ACCESSES_SCHEMA}
${writtenOnce("accesses", "EXISTS (SELECT 1 FROM accesses WHERE position = NEW.position)")}
`;

/** All tables of a store. */
export const SCHEMA = RECORDS + VIEWS + NOTICES + POSTED_SCHEMA + STANDING_SCHEMA + RUNS_SCHEMA + ACCESSES;
