import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import type { Term } from "../search/terms.ts";

const IdRow = z.object({ id: z.int() });

/** A term that is longer is kept as its hash. */
const MAX_TERM = 48;
const MAX_KNOWN = 20_000;

const keyOf = (term: Term): string => (term.length <= MAX_TERM ? term : hash("sha256", term, "base64url"));

/** What finds the number of a term; null for one that nothing was found by yet. */
export function termFinder(database: DatabaseSync): (term: Term) => number | null {
  const find = database.prepare("SELECT id FROM terms WHERE term = ?");
  return (term) => IdRow.safeParse(find.get(keyOf(term))).data?.id ?? null;
}

/** Numbers of terms; terms that come up together get numbers that lie together, so what they find does, too. */
export interface Terms {
  idOf(term: Term): number;
  /** After a transaction that was rolled back, whose numbers are not there. */
  forget(): void;
}

export function termsIn(database: DatabaseSync): Terms {
  const find = termFinder(database);
  const next = database.prepare(
    "INSERT INTO last_term (only, id) VALUES (1, 1) ON CONFLICT DO UPDATE SET id = id + 1 RETURNING id",
  );
  const insert = database.prepare("INSERT INTO terms (term, id) VALUES (?, ?)");
  const added = (term: Term): number => {
    const { id } = IdRow.parse(next.get());
    insert.run(keyOf(term), id);
    return id;
  };
  const known = new Map<Term, number>();
  return {
    idOf: (term) => {
      const there = known.get(term);
      if (there !== undefined) return there;
      const id = find(term) ?? added(term);
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(term, id);
      return id;
    },
    forget: () => known.clear(),
  };
}
