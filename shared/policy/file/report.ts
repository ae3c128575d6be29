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
}

/** The text without a byte order mark: editors do not show one, and to YAML it would be a column. */
export const unmarked = (text: string): string => (text.startsWith("\ufeff") ? text.slice(1) : text);

/** YAML ends lines so, and so do our lists in text form. */
const LINE_END = /\r\n?|\n/g;

/** For suggestions; no file that people write by hand has so many slips. */
const MAX_COMPARISONS = 2_000;

/** Collects the problems of one file and knows where its lines begin. */
export class Report {
  readonly #problems: Problem[] = [];
  readonly #doubts: Doubt[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  /** Where the visible part of a line ends, by line: a line of blanks is measured once, not for each of its faults. */
  readonly #lineEnds = new Map<number, number>();
  readonly #comparisons: Comparisons = { left: MAX_COMPARISONS };
  #errors = 0;

  /**
   * @param text - the whole file; all spans are of its `unmarked` form
   * @param file - its name, as messages should show it
   */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#text = unmarked(text);
    this.#lineStarts = [
      0,
      ...Array.from(this.#text.matchAll(LINE_END), ({ index, 0: end }) => index + end.length),
    ];
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

  /** All that was noted, in the order of the file. */
  get problems(): readonly Problem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Whether no error was noted so far. */
  get isClean(): boolean {
    return this.#errors === 0;
  }

  /** The 1-based line that holds the character at `offset`. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return high;
  }

  #note(severity: Problem["severity"], { from, to }: Span, message: string): void {
    const line = this.lineOf(from);
    const start = this.#lineStarts[line - 1] ?? 0;
    const end = this.#endOf(line, start);
    const column = from - start + 1;
    const length = Math.max(1, Math.min(to, end) - from);
    const excerpt = renderExcerpt(this.#text.slice(start, end), { line, column, length });
    this.#problems.push({ severity, file: this.#file, line, column, length, message, excerpt });
  }

  #endOf(line: number, start: number): number {
    const known = this.#lineEnds.get(line);
    if (known !== undefined) return known;
    const end = this.#text.slice(start, this.#lineStarts[line] ?? this.#text.length).trimEnd().length + start;
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
