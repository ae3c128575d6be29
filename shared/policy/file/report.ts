import { oneLine, UNPRINTABLE } from "../../text.ts";
import { quote } from "../text.ts";
import { type Comparisons, closest } from "./suggest.ts";

/** A stretch of the file's text: offsets of its first character and of the one after its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Something that is allowed, but hardly meant so, and where it stands. */
export interface Doubt {
  readonly at: Span;
  readonly message: string;
}

/** One fault of a file, for its author. Lines and columns are 1-based; columns count UTF-16 code units. */
export interface Problem {
  /** An error makes the file useless; a warning is about a file that can be used. */
  readonly severity: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters of that line are at fault; at least 1. */
  readonly length: number;
  readonly message: string;
  /** The line and, below it, a caret under the fault; two lines without the last line's end, or "" for an empty line. */
  readonly excerpt: string;
  /** How many faults it stands for: 1, but for the last problem of a file with more of them than are kept. */
  readonly count: number;
}

/** More problems of one file are counted, not kept: nobody mends so many at a time, and strangers may write lists. */
const MAX_KEPT = 100;
/** The same for files that are read together. */
const MAX_KEPT_TOGETHER = 1_000;

/** How many more problems may be kept of files that are read together. */
export interface Room {
  left: number;
}
export const roomForAll = (): Room => ({ left: MAX_KEPT_TOGETHER });

/** The text without a byte order mark: editors do not show one, and to YAML it would be a column. */
export const unmarked = (text: string): string => (text.startsWith("\ufeff") ? text.slice(1) : text);

/** YAML ends lines so, and so do our lists in text form. */
const LINE_END = /\r\n?|\n/g;

/** For suggestions; no file that people write by hand has so many slips. */
const MAX_COMPARISONS = 2_000;

/** Keys and names of an author's own may be long. */
const MAX_MESSAGE = 1_000;

/** Collects the problems of one file, as many as there is room for, and knows where its lines begin. */
export class Report {
  readonly #problems: Problem[] = [];
  readonly #doubts: Doubt[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #room: Room;
  /** Found when first needed: files without problems need none of it. */
  #lineStarts: Uint32Array | null = null;
  /** Where the visible part of a line ends, by line: a line of blanks is measured once, not for each of its faults. */
  readonly #lineEnds = new Map<number, number>();
  readonly #comparisons: Comparisons = { left: MAX_COMPARISONS };
  #errors = 0;
  #warnings = 0;
  /** Where the first problem stands that is counted, not kept. */
  #firstLeftOut: Span | null = null;

  /**
   * @param text - the whole file; all spans are of its `unmarked` form
   * @param file - its name, as messages should show it
   * @param room - shared by files that are read together
   */
  constructor(text: string, file: string, room = roomForAll()) {
    this.#file = file;
    this.#text = unmarked(text);
    this.#room = room;
  }

  /** The file's name, as messages show it. */
  get file(): string {
    return this.#file;
  }

  /** Notes a fault. Reading goes on, so that the author sees all of them at once. */
  add(span: Span, message: string): void {
    this.#errors++;
    this.#note("error", span, message);
  }

  /** Keeps what only the reader sees, and nothing but the linter tells: how a value was written. */
  doubt(at: Span, message: string): void {
    this.#doubts.push({ at, message });
  }

  get doubts(): readonly Doubt[] {
    return this.#doubts;
  }

  /** Notes something that is allowed, but hardly meant so. */
  warn(span: Span, message: string): void {
    this.#warnings++;
    this.#note("warning", span, message);
  }

  /**
   * Notes a name that is none of `known`, with the one that was probably meant; returns that one, or null.
   *
   * @param otherwise - what may be meant when nothing is near
   */
  addUnknown(
    span: Span,
    message: string,
    name: string,
    known: Iterable<string>,
    otherwise: string | null = null,
  ): string | null {
    const meant = closest(name, known, this.#comparisons);
    const guess = meant === null ? otherwise : quote(meant);
    this.add(span, guess === null ? message : `${message}; did you mean ${guess}?`);
    return meant;
  }

  /** All that was noted, in the order of the file; at the end, what there was no room for is counted. */
  get problems(): readonly Problem[] {
    const kept = this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    if (this.#firstLeftOut === null) return kept;

    const count = this.#errors + this.#warnings - kept.length;
    const keptErrors = kept.filter(({ severity }) => severity === "error").length;
    const severity = this.#errors > keptErrors ? "error" : "warning";
    const message = `${count} more in this file ${count === 1 ? "is" : "are"} not shown; mend the others first`;
    return [...kept, { ...this.#problem(severity, this.#firstLeftOut, message), excerpt: "", count }];
  }

  /** Whether no error was noted so far. */
  get isClean(): boolean {
    return this.#errors === 0;
  }

  /** The 1-based line that holds the character at `offset`. */
  lineOf(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return high;
  }

  #note(severity: Problem["severity"], span: Span, message: string): void {
    if (this.#problems.length < MAX_KEPT && this.#room.left > 0) {
      this.#room.left--;
      this.#problems.push(this.#problem(severity, span, message));
    } else this.#firstLeftOut ??= { from: span.from, to: span.to };
  }

  #problem(severity: Problem["severity"], { from, to }: Span, written: string): Problem {
    const line = this.lineOf(from);
    const start = this.#starts()[line - 1] ?? 0;
    const end = this.#endOf(line, start);
    const column = from - start + 1;
    const length = Math.max(1, Math.min(to, end) - from);
    const message = oneLine(written, MAX_MESSAGE);
    const excerpt = renderExcerpt(this.#text.slice(start, end), { line, column, length });
    return { severity, file: this.#file, line, column, length, message, excerpt, count: 1 };
  }

  #starts(): Uint32Array {
    this.#lineStarts ??= Uint32Array.from([
      0,
      ...Array.from(this.#text.matchAll(LINE_END), ({ index, 0: end }) => index + end.length),
    ]);
    return this.#lineStarts;
  }

  #endOf(line: number, start: number): number {
    const known = this.#lineEnds.get(line);
    if (known !== undefined) return known;
    const next = this.#starts()[line] ?? this.#text.length;
    const end = this.#text.slice(start, next).trimEnd().length + start;
    this.#lineEnds.set(line, end);
    return end;
  }
}

/**
 * Problems as text, each with its place: `file:line:column: error: message`, then the line and a caret. Nothing that the
 * file says can begin a line of its own: build servers take orders from such lines.
 */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map((problem) => `${headline(problem)}\n${problem.excerpt === "" ? "" : `${problem.excerpt}\n`}`)
    .join("");
}

const headline = ({ file, line, column, severity, message }: Problem): string =>
  `${oneLine(file, MAX_FILE_NAME)}:${line}:${column}: ${severity}: ${message}`;

const MAX_FILE_NAME = 1_000;
const MAX_EXCERPT = 120;
const UNPRINTABLE_BUT_TAB = new RegExp(`(?!\\t)${UNPRINTABLE.source}`, "gu");

/** Shows at most 120 characters of the line: a policy can be one line of 256 KiB. */
function renderExcerpt(
  shown: string,
  { line, column, length }: Pick<Problem, "line" | "column" | "length">,
): string {
  if (shown === "") return "";
  const skipped = column > MAX_EXCERPT - 20 ? column - 1 - 40 : 0;
  const visible = shown.slice(skipped, skipped + MAX_EXCERPT).replace(UNPRINTABLE_BUT_TAB, "\ufffd");
  const before = visible.slice(0, column - 1 - skipped).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, visible.length - before.length)));
  return `${String(line).padStart(6)} | ${visible}\n       | ${before}${carets}`;
}

/** `one of: a, b, c` for messages. */
export const oneOf = (names: readonly string[]): string => `one of: ${names.join(", ")}`;
