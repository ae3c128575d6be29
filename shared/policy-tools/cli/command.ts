import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { closest } from "../../policy/file/suggest.ts";
import { UNPRINTABLE } from "../../text.ts";

/**
 * 0: fine. 1: the answer is no, e.g. the policy has problems. 2: wrong usage, or a file that cannot be read. 3: it is recorded,
 * and what it leads to takes longer than anybody waits.
 */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command touches besides the files it is told of. */
export interface Io {
  /** Paths are relative to it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  readStdin(): Promise<string>;
}

/** One word of the command line. */
export interface Command {
  /** Shown by `--help`; ends with a line break. */
  readonly help: string;
  run(args: readonly string[], io: Io): Promise<ExitCode>;
}

/** The user asked for something that makes no sense; the sentence says what. Ends with 2 and points at `--help`. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options and other words of a command line. Throws a `UsageError` for an option that there is not. */
export function parse<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const [, unknown] = UNKNOWN_OPTION.exec(said) ?? [];
    if (unknown !== undefined)
      throw new UsageError(unknownOption(unknown, [...Object.keys(options), "help"]), { cause });
    throw new UsageError(said, { cause });
  }
}

/** Node goes on to tell how an option's name could be a file's, which would only mislead. */
const UNKNOWN_OPTION = /^Unknown option '(--?[^']+)'/;

function unknownOption(option: string, names: readonly string[]): string {
  const guess = guessed(option.replace(/^-+/, ""), names);
  return `Unknown option '${option}'${guess === null ? "." : `; did you mean '--${guess}'?`}`;
}

/** The name that was probably meant; null when none is near. */
export const guessed = (written: string, names: readonly string[]): string | null =>
  closest(written, names, { left: names.length });

/** The one file that a command works on. */
export function onlyFile(files: readonly string[]): string {
  const [file, second] = files;
  if (file === undefined) throw new UsageError("Name the policy file.");
  if (second !== undefined) throw new UsageError(`One file at a time; "${second}" is one too many.`);
  return file;
}

/** JSON ends its lines itself; within texts it escapes less than a terminal obeys. */
const OBEYED = new RegExp(`(?!\\n)${UNPRINTABLE.source}`, "gu");

/** JSON as commands print it: what a terminal would obey is escaped, so that the value is the same and nothing happens. */
export const toJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(OBEYED, escaped)}\n`;

/** One letter, each half of a surrogate pair for itself. */
const escaped = (letter: string): string =>
  letter
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
