import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { CommandError, UsageError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";
import { whenUnread } from "./unread.ts";
import { unusable } from "./unusable.ts";

/** Values as `parseArgs` gives them for these options. */
type Values<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: boolean }>
>["values"];

export interface Command<O extends ParseArgsOptionsConfig> {
  /** Shown by `--help`. */
  readonly help: string;
  readonly options: O;
  run(values: Values<O>, positionals: readonly string[]): Promise<void>;
}

/** Runs a command line: `--help`, wrong usage and failures are handled here. Sets the exit code: 0, 1 failed, 2 usage. */
export async function runCommand<const O extends ParseArgsOptionsConfig>(command: Command<O>): Promise<void> {
  // What is left to do is done all the same.
  whenUnread(() => undefined);
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(command.help);
    return;
  }
  try {
    const { values, positionals } = parseCommandLine(args, command.options);
    await command.run(values, positionals);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Reads a command line. @throws UsageError in words of ours: those of `parseArgs` are for programmers. */
export function parseCommandLine<const O extends ParseArgsOptionsConfig>(args: string[], options: O) {
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === "option") checkOption(token, options);
  }
  return parseArgs({ args, options, allowPositionals: true });
}

interface OptionToken {
  readonly name: string;
  /** As it was written, with its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value was written behind an equals sign; undefined without a value. */
  readonly inlineValue: boolean | undefined;
}

/** Refuses an option that is not known, and one whose value is missing or too much. @throws UsageError */
export function checkOption(
  { name, rawName, value, inlineValue }: OptionToken,
  options: ParseArgsOptionsConfig,
) {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const known = [...Object.keys(options), "help"].map((each) => `--${each}`);
    throw new UsageError(`There is no option ${rawName}${didYouMean(rawName, known)}`);
  }
  if (option.type === "boolean" && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
  if (option.type === "string" && value === undefined) throw new UsageError(`${rawName} needs a value.`);
  if (inlineValue === false && /^-./.test(value ?? ""))
    throw new UsageError(
      `${rawName} needs a value; one that begins with a dash is given as ${rawName}=${value}.`,
    );
}

/** Tells why a command failed: a sentence, but for a fault of ours all there is to know. @returns its exit code. */
export function report(error: unknown): 1 | 2 {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nTry --help.`);
    return 2;
  }
  const told = isAboutFile(error) ? unusable(error.path, error) : error;
  console.error(told instanceof CommandError ? told.message : told);
  return 1;
}

/** Node names the file in most of its errors. */
function isAboutFile(error: unknown): error is Error & { readonly path: string } {
  return error instanceof Error && "path" in error && typeof error.path === "string";
}

/** The value of an option that must be given. */
export function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new UsageError(`--${option} is missing.`);
}

/** Refuses words that belong to no option. Often npm has taken the option, because no "--" stood before it. */
export function noPositionals(positionals: readonly string[]): void {
  const [first] = positionals;
  if (first !== undefined)
    throw new UsageError(`"${first}" belongs to no option; npm hands options on only after "--".`);
}
