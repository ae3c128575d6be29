import { Fault } from "../../connection/fault.ts";
import { type DueNotice, dueNotice } from "../../request/notice.ts";
import { type AuditRecord, recordIn } from "../../request/record.ts";
import { closingOf } from "../../search/closing.ts";
import { reasonOf } from "../../text.ts";
import type { KeptRecord, Records } from "./records.ts";
import { sumOfReadable } from "./sum.ts";
import type { Note, Settlement, Views } from "./views.ts";

/** No append takes so long: who began it is gone. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** Does what an append left undone, if it was taken, and removes its note. */
export async function repair(
  { records, views }: { records: Records; views: Views },
  note: Note,
): Promise<void> {
  const kept = await records.of(note.id);
  const first = kept.find(({ seq }) => seq === note.seq);
  if (first?.append === note.append) {
    const settlement = settlementsIn(kept).find(({ append }) => append === note.append);
    if (settlement !== undefined) await views.settle({ ...settlement, request: settlement.latest });
  }
  // Where there is no such record yet, the append may be on its way still. Where there is, nothing is left to do, also
  // where somebody made its first record unreadable, so that `settle` knows the note by another number.
  if (first !== undefined || isOlder(note, ABANDONED_MS))
    await views.withdraw(note.id, note.seq, note.append);
}

/** What each append of a trail made of the views, and the request after all of them. */
export function settlementsIn(
  kept: readonly KeptRecord[],
): readonly (Settlement & { readonly latest: Settlement["request"] })[] {
  const trail = kept.flatMap((one) => {
    const record = recordIn(one);
    return record === null ? [] : [{ ...one, record }];
  });
  const latest = sumOfReadable(trail.map(({ record }) => record));
  if (latest === null) return [];
  return [...Map.groupBy(trail, ({ append }) => append)].flatMap(([append, own]) => {
    const first = own[0];
    const last = own.at(-1);
    if (first === undefined || last === undefined) return [];
    const [start, end] = [trail.indexOf(first), trail.indexOf(last) + 1];
    const request = sumOfReadable(trail.slice(0, end).map(({ record }) => record));
    if (request === null) return [];
    const [records, said] = [own.map(({ record }) => record), own.map((one) => one.said)];
    const notices = noticesIn(
      trail.map(({ record }) => record),
      start,
      end,
    );
    return {
      append,
      records,
      said,
      sealBefore: trail[start - 1]?.seal ?? null,
      closing: closingOf({ records, request }),
      notices,
      request,
      latest,
    };
  });
}

/** Of which records of a part of a trail people must be told. */
const noticesIn = (trail: readonly AuditRecord[], start: number, end: number): readonly DueNotice[] =>
  trail.slice(start, end).flatMap((record, index) => {
    const before = sumOfReadable(trail.slice(0, start + index));
    const after = sumOfReadable(trail.slice(0, start + index + 1));
    const notice = before && after && dueNotice(before, record, after);
    return notice === null ? [] : [notice];
  });

/** All notes that are so old that whoever left them is not at work on them any more. */
export async function repairAll(
  { warn, ...needs }: { records: Records; views: Views; warn(line: string): void },
  olderThanMs: number,
): Promise<void> {
  const old: Note[] = [];
  for await (const note of needs.views.notes())
    if (isOlder(note, olderThanMs) && old.push(note) >= MAX_REPAIRS) break;
  for (const note of old)
    await repair(needs, note).catch(async (error: unknown) => {
      if (error instanceof Fault && error.isTransient) throw error;
      // What somebody wrote into one request must not keep the others from being put right.
      warn(`${note.id}: the views stay behind, run "npm run audit -- verify": ${reasonOf(error, 300)}`);
      if (isOlder(note, ABANDONED_MS)) await needs.views.withdraw(note.id, note.seq, note.append);
    });
}

const isOlder = ({ at }: Note, ms: number): boolean => Date.now() - Date.parse(at) > ms;

/** At a time. */
const MAX_REPAIRS = 100;
