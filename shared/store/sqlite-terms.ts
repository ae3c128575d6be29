import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { Term } from "../search/terms.ts";
import { whole } from "./sqlite-columns.ts";

const IdRow = z.object({ id: z.int() });

/** A term that is longer is kept as its hash. */
const MAX_TERM = 48;
const MAX_KNOWN = 20_000;
/** Somebody may have written a higher number, after which there are no more. */
const MAX_ID = 2 ** 48;

const keyOf = (term: Term): string => (term.length <= MAX_TERM ? term : hash("sha256", term, "base64url"));

/** What finds the number of a term; null for one that nothing was found by yet. */
export function termFinder(database: DatabaseSync): (term: Term) => number | null {
  const find = database.prepare(`SELECT ${whole("id")} AS id FROM terms WHERE term = ?`);
  return (term) => IdRow.safeParse(find.get(keyOf(term))).data?.id ?? null;
}

/** Numbers of terms; terms that come up together get numbers that lie together, so what they find does, too. */
export interface Terms {
  idOf(term: Term): number;
  /** Before a transaction ends: the next one goes on after the last number that this one gave. */
  save(): void;
  /** After a transaction that was rolled back, whose numbers are not there; or when others may have given them anew. */
  forget(): void;
}

export function termsIn(database: DatabaseSync): Terms {
  const find = termFinder(database);
  const insert = database.prepare("INSERT INTO terms (term, id) VALUES (?, ?) ON CONFLICT DO NOTHING");
  // Where somebody took it away, or wrote what no term has, the terms are asked.
  const readLast = database.prepare(
    `SELECT CAST(coalesce((SELECT id FROM last_term WHERE id BETWEEN 0 AND ${MAX_ID}),
       (SELECT max(id) FROM terms WHERE id BETWEEN 0 AND ${MAX_ID}), 0) AS INTEGER) AS id`,
  );
  const writeLast = database.prepare(
    "INSERT INTO last_term (only, id) VALUES (1, ?1) ON CONFLICT DO UPDATE SET id = ?1",
  );
  const known = new Map<Term, number>();
  /** The last number that was given, as this transaction knows. */
  let last: number | null = null;
  /** Most terms that are not known here are new: each is put in before it is looked for. */
  const idOf = (term: Term): number => {
    last ??= IdRow.parse(readLast.get()).id;
    const next = last + 1;
    if (insert.run(keyOf(term), next).changes === 0) return find(term) ?? 0;
    last = next;
    return next;
  };
  return {
    idOf: (term) => {
      const there = known.get(term);
      if (there !== undefined) return there;
      const id = idOf(term);
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(term, id);
      return id;
    },
    save: () => {
      if (last !== null) writeLast.run(last);
      last = null;
    },
    forget: () => {
      known.clear();
      last = null;
    },
  };
}
