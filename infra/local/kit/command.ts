import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** The user asked for something that makes no sense; the sentence says what. The command ends with 2. */
export class UsageError extends Error {}

/** The command could not do its work; the sentence is all that the user needs. The command ends with 1. */
export class CommandError extends Error {}

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
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(command.help);
    return;
  }
  try {
    const { values, positionals } = parse(args, command.options);
    await command.run(values, positionals);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function parse<const O extends ParseArgsOptionsConfig>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nTry --help.`);
    return 2;
  }
  console.error(error instanceof CommandError ? error.message : error);
  return 1;
}

/** The value of an option that must be given. */
export function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new UsageError(`--${option} is missing.`);
}

/** Refuses words that no option claims, such as an option's value that lost its option. */
export function noPositionals(positionals: readonly string[]): void {
  const [first] = positionals;
  if (first !== undefined) throw new UsageError(`"${first}" is not an option.`);
}
