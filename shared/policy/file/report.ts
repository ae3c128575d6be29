import { quote } from "../text.ts";
import { closest } from "./suggest.ts";

/** A stretch of the file's text: offsets of its first character and of the one after its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One fault of a policy file, for its author. Lines and columns are 1-based; columns count UTF-16 code units. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters of that line are at fault; at least 1. */
  readonly length: number;
  readonly message: string;
}

/** After so many problems no suggestions are sought: each one compares with every known name. */
const MAX_SUGGESTIONS = 100;

/** Collects the problems of one file and knows where its lines begin. */
export class Report {
  readonly #problems: Problem[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #lineStarts: readonly number[];

  constructor(text: string, file: string) {
    this.#file = file;
    this.#text = text;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  /** Notes a fault. Reading goes on, so that the author sees all of them at once. */
  add({ from, to }: Span, message: string): void {
    const line = this.lineOf(from);
    const start = this.#lineStarts[line - 1] ?? 0;
    const end = this.#text.slice(start, this.#lineStarts[line] ?? this.#text.length).trimEnd().length + start;
    const length = Math.max(1, Math.min(to, end) - from);
    this.#problems.push({ file: this.#file, line, column: from - start + 1, length, message });
  }

  /** Notes a name that is none of `known`, with the one that was probably meant; returns that one, or null. */
  addUnknown(span: Span, message: string, name: string, known: Iterable<string>): string | null {
    const meant = this.#problems.length < MAX_SUGGESTIONS ? closest(name, known) : null;
    this.add(span, meant === null ? message : `${message}; did you mean ${quote(meant)}?`);
    return meant;
  }

  /** All that was noted, in the order of the file. */
  get problems(): readonly Problem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** Whether nothing was noted so far. */
  get isClean(): boolean {
    return this.#problems.length === 0;
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
}

const MAX_EXCERPT = 120;
const CONTROL = /(?!\t)\p{Cc}/gu;

/**
 * Problems as text, each with its place: `file:line:column: error: message`, then the line and a caret.
 *
 * @param text - the policy file the problems were found in
 */
export function formatProblems(problems: readonly Problem[], text: string): string {
  const lines = text.split("\n");
  return problems
    .map((problem) => `${headline(problem)}${excerpt(problem, lines[problem.line - 1] ?? "")}\n`)
    .join("");
}

const headline = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: error: ${message}`;

/** Shows at most 120 characters of the line: a policy can be one line of 256 KiB. */
function excerpt({ line, column, length }: Problem, whole: string): string {
  const shown = whole.trimEnd();
  if (shown === "") return "";
  const skipped = column > MAX_EXCERPT - 20 ? column - 1 - 40 : 0;
  const visible = shown.slice(skipped, skipped + MAX_EXCERPT).replace(CONTROL, "\ufffd");
  const before = visible.slice(0, column - 1 - skipped).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, visible.length - before.length)));
  return `\n${String(line).padStart(6)} | ${visible}\n       | ${before}${carets}`;
}

/** `one of: a, b, c` for messages. */
export const oneOf = (names: readonly string[]): string => `one of: ${names.join(", ")}`;
