import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { Instant } from "../connection/connection.ts";
import type { Standing } from "../policy-in-force/port.ts";

/** One row: the policy that an instance of the app spoke of last; and for each number of signatures when the newest had them. */
export const STANDING_SCHEMA = `
  CREATE TABLE IF NOT EXISTS policy_standing (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    hash  TEXT NOT NULL,
    since TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS policy_signatures (
    name TEXT PRIMARY KEY,
    at   TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const Row = z.object({ since: Instant });
const SignedRow = z.object({ at: Instant });

/** The store's memory of the policy in force. */
export function standingIn(database: DatabaseSync): Standing {
  const read = database.prepare("SELECT since FROM policy_standing WHERE hash = ?");
  const replace = database.prepare(
    `INSERT INTO policy_standing (only, hash, since) VALUES (1, ?, ?)
     ON CONFLICT (only) DO UPDATE SET hash = excluded.hash, since = excluded.since`,
  );
  const sign = database.prepare(
    `INSERT INTO policy_signatures (name, at) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET at = max(at, excluded.at)`,
  );
  const newest = database.prepare("SELECT at FROM policy_signatures WHERE name = ?");
  return {
    newestSignatures: async (names) =>
      new Map(
        names.flatMap((name) => {
          const row = newest.get(name);
          return row === undefined ? [] : [[name, SignedRow.parse(row).at]];
        }),
      ),
    signed: async (signatures) => {
      for (const [name, at] of signatures) sign.run(name, at);
    },
    since: async (hash, at) => {
      const known = Row.safeParse(read.get(hash)).data;
      // A moment that is to come was written by a clock that was wrong, or by somebody else.
      if (known !== undefined && Date.parse(known.since) <= Date.parse(at)) return known.since;
      replace.run(hash, at);
      return at;
    },
  };
}
