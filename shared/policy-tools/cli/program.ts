import { text } from "node:stream/consumers";
import { ConfigError } from "../../config.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { type Command, type ExitCode, guessed, type Io, UsageError } from "./command.ts";

/** A program whose first word is a command. */
export interface Program {
  /** As npm knows it, such as `policy`. */
  readonly name: string;
  /** Shown by `--help`; ends with a line break. */
  readonly help: string;
  /** Each is loaded when it is asked for: some bring Azure's SDKs, and the others should not wait for them. */
  readonly commands: Readonly<Record<string, () => Promise<Command>>>;
}

/** Runs one command line, without the program's name; whatever goes wrong becomes a sentence and an exit code. */
export async function runProgram(program: Program, args: readonly string[], io: Io): Promise<ExitCode> {
  const [word, ...rest] = args;
  try {
    if (word === "--help" || word === "-h" || word === "help") {
      io.out(program.help);
      return 0;
    }
    const command = await commandCalled(program, word);
    if (!rest.includes("--help") && !rest.includes("-h")) return await command.run(rest, io);
    io.out(command.help);
    return 0;
  } catch (error) {
    io.err(`${describeError(program, error)}\n`);
    return 2;
  }
}

function describeError({ name }: Program, error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: npm run ${name} -- --help`;
  if (error instanceof FileError || error instanceof ConfigError) return error.message;
  // A fault of ours: its stack is what we need to hear of it.
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function commandCalled({ commands }: Program, word: string | undefined): Promise<Command> {
  if (word === undefined) throw new UsageError("Name a command.");
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (load !== undefined) return load();
  const names = Object.keys(commands);
  const guess = guessed(word, names);
  const missing = `There is no command "${word}"${guess === null ? "." : `; did you mean "${guess}"?`}`;
  throw new UsageError(`${missing} There are: ${names.join(", ")}`);
}

/** What this process was started with, and where its words go. */
export function processIo(): Io {
  // A reader of our output may stop early (`| head`): that is no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (line) => process.stdout.write(line),
    err: (line) => process.stderr.write(line),
    readStdin: () => text(process.stdin),
  };
}
