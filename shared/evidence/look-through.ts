import type { Seals } from "../request/seal.ts";
import { inspect } from "./inspect.ts";
import type { Known } from "./known.ts";
import type { Trails } from "./port.ts";
import { type Looked, Tally } from "./tally.ts";

/** Where trails are looked through, and what tells ours from others. */
export interface Archive {
  readonly store: { readonly trails: Pick<Trails, "ids" | "wholes"> };
  readonly seals: Seals;
}

/** Ids from just after one text until another one, itself included; null is no bound. */
export interface IdRange {
  readonly after: string | null;
  readonly until: string | null;
}

export const isIn = ({ after, until }: IdRange, id: string): boolean =>
  (after === null || id > after) && (until === null || id <= until);

/** What is to be looked through at once. */
export interface Task {
  readonly range: IdRange;
  /** The heads that digests know of these trails. */
  readonly known: ReadonlyMap<string, readonly Known[]>;
  /** Only these trails; null is all in the range. */
  readonly only: ReadonlySet<string> | null;
  /** @see Suspect */
  readonly witnessedBefore: string | null;
}

/** Trails that are read at a time. */
const PAGE = 500;

/** Looks through the trails of a range. @param progress hears of each page how many records were looked at */
export async function lookThrough(
  { store, seals }: Archive,
  { range, known, only, witnessedBefore }: Task,
  progress: (records: number) => void,
): Promise<Looked> {
  const tally = new Tally();
  for await (const page of idsIn(store.trails, range, known, only)) {
    const before = tally.records;
    let index = 0;
    for await (const whole of store.trails.wholes(page)) {
      const id = page[index++] ?? "";
      const heads = known.get(id) ?? [];
      if (whole.records.length === 0 && whole.request === null && heads.length === 0) continue;
      const suspect = { id, whole, known: heads, witnessedBefore };
      tally.add(suspect, inspect(suspect, seals));
    }
    progress(tally.records - before);
  }
  return tally.looked();
}

/** The ids that there are, and those that digests know, page by page. */
async function* idsIn(
  trails: Pick<Trails, "ids">,
  range: IdRange,
  known: Task["known"],
  only: Task["only"],
): AsyncGenerator<readonly string[]> {
  if (only !== null) {
    yield* pagesOf([...only].filter((id) => isIn(range, id)).sort());
    return;
  }
  const gone = new Set(known.keys());
  let after = range.after;
  for (;;) {
    const found = await trails.ids(after, PAGE);
    const page = found.filter((id) => isIn(range, id));
    for (const id of page) gone.delete(id);
    yield page;
    after = found.at(-1) ?? null;
    if (after === null || page.length < found.length) break;
  }
  yield* pagesOf([...gone].sort());
}

function* pagesOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += PAGE) yield ids.slice(start, start + PAGE);
}
