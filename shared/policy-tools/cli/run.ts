import { ConfigError } from "../../config.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import { type Command, type ExitCode, guessed, type Io, UsageError } from "./command.ts";

/** Loaded when they are asked for: `simulate` brings Azure's SDKs, and `check` should not wait for them. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import("./check.ts")).check,
  explain: async () => (await import("./explain.ts")).explain,
  test: async () => (await import("./test.ts")).test,
  simulate: async () => (await import("./simulate.ts")).simulate,
  schema: async () => (await import("./schema.ts")).schema,
  build: async () => (await import("./build.ts")).build,
  init: async () => (await import("./init.ts")).init,
};

const HELP = `Works on policies: who may connect to our clusters without asking, who never, and who is asked about the rest.

Usage: npm run policy -- COMMAND [options]

  init [FILE]             writes a policy to start from, and tests for it
  check FILE...           finds what is wrong with a policy, and what is hardly meant so
  test FILE...            runs the tests of a policy
  explain FILE            what a policy says about one request, and why
  simulate FILE           what a policy would change, were it in force
  build FILE              makes the file that the app loads fastest
  schema                  prints the JSON Schema of a policy, for editors

COMMAND --help says more. Exit codes: 0 fine, 1 the answer is no, 2 wrong usage or a file that cannot be read.
`;

/** Runs one command line, without the program's name; whatever goes wrong becomes a sentence and an exit code. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const [word, ...rest] = args;
  try {
    if (word === "--help" || word === "-h" || word === "help") {
      io.out(HELP);
      return 0;
    }
    const command = await commandCalled(word);
    if (!rest.includes("--help") && !rest.includes("-h")) return await command.run(rest, io);
    io.out(command.help);
    return 0;
  } catch (error) {
    io.err(`${describeError(error)}\n`);
    return 2;
  }
}

function describeError(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: npm run policy -- --help`;
  if (error instanceof FileError || error instanceof ConfigError) return error.message;
  // A fault of ours: its stack is what we need to hear of it.
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function commandCalled(word: string | undefined): Promise<Command> {
  if (word === undefined) throw new UsageError("Name a command.");
  const load = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (load !== undefined) return load();
  const names = Object.keys(COMMANDS);
  const guess = guessed(word, names);
  const missing = `There is no command "${word}"${guess === null ? "." : `; did you mean "${guess}"?`}`;
  throw new UsageError(`${missing} There are: ${names.join(", ")}`);
}
