import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { cut, filled, HOLE, type Piece } from "./cut.ts";
import { MAX_TEXT, text } from "./sqlite-columns.ts";

/** A text as it is stored: a template among the parts, and what fills its holes; or without one, the text itself. */
export interface StoredText {
  readonly template: number | null;
  readonly filling: string;
}

/** Whatever somebody wrote (`sqlite-columns.ts`). */
interface TextRow {
  readonly text: string | null;
}
const PartRow = z.object({ id: z.int(), text: z.string() });

/** So many parts at most are kept in memory; those that are still used come back soon. */
const MAX_KNOWN = 20_000;

/** Somebody may have put in one of a higher number, after which there are no more. */
const MAX_ID = 2 ** 48;

/** Before the number of a part, in the place of a piece that others share. */
const PART = "\u0002";

/** Texts whose parts are stored once. Parts are never changed, so they are remembered. */
export interface Texts {
  /** Stores what a JSON text has in common with others once. */
  keep(text: string): StoredText;
  /** A text as it was; something unreadable where somebody took parts away. */
  read(stored: StoredText): string;
  /** After a transaction that was rolled back, whose parts are not there. */
  forget(): void;
}

export function textsIn(database: DatabaseSync): Texts {
  const find = database.prepare(
    `SELECT id, ${text("text")} AS text FROM parts WHERE hash = ? AND id < ${Number.MAX_SAFE_INTEGER}`,
  );
  const get = database.prepare(`SELECT ${text("text")} AS text FROM parts WHERE id = ?`);
  const ids = new Map<string, number>();
  const templates = new Map<number, readonly string[]>();
  const parts = new Map<number, string>();
  let insert: ReturnType<DatabaseSync["prepare"]> | null = null;

  const idOf = (part: string): number => {
    const known = ids.get(part);
    if (known !== undefined) return known;
    const sum = hash("sha256", part, "buffer").readUIntBE(0, 6);
    const same = find.all(sum).map((row) => PartRow.parse(row));
    const there = same.find((one) => one.text === part)?.id;
    insert ??= database.prepare(
      `INSERT INTO parts (id, hash, text)
       VALUES ((SELECT coalesce(max(id), 0) + 1 FROM parts WHERE id < ${MAX_ID}), ?, ?)`,
    );
    const id = there ?? Number(insert.run(sum, part).lastInsertRowid);
    remember(ids, part, id);
    return id;
  };

  const textOf = (id: number): string => {
    const row = get.get(id) as TextRow | undefined;
    return row?.text ?? "";
  };

  const templateOf = (id: number): readonly string[] => {
    const known = templates.get(id);
    if (known !== undefined) return known;
    return remember(templates, id, textOf(id).split(HOLE));
  };

  const partOf = (id: number): string => parts.get(id) ?? remember(parts, id, textOf(id));

  const pieceIn = (filling: string, start: number, end: number): string =>
    filling.startsWith(PART, start) ? partOf(numberIn(filling, start + 1, end)) : filling.slice(start, end);

  const stored = ({ text, isShared }: Piece): string =>
    isShared ? `${PART}${idOf(text).toString(36)}` : text;

  return {
    keep: (text) => {
      if (text.includes(HOLE) || text.includes(PART)) return { template: null, filling: text };
      const { template, pieces } = cut(text);
      return { template: idOf(template), filling: pieces.map(stored).join(HOLE) };
    },
    read: ({ template, filling }) =>
      template === null ? filling : filled(templateOf(template), filling, pieceIn, MAX_TEXT),
    forget: () => {
      ids.clear();
      templates.clear();
      parts.clear();
    },
  };
}

/** In base 36; what somebody else wrote there may be any number, of which there is no part. */
function numberIn(text: string, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    number = number * 36 + code - (code <= NINE ? ZERO : A - 10);
  }
  return number;
}

const [ZERO, NINE, A] = [48, 57, 97];

function remember<K, V>(known: Map<K, V>, key: K, value: V): V {
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, value);
  return value;
}
