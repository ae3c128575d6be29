import { Fault } from "../../connection/fault.ts";
import { FileError } from "../../policy-in-force/text-file.ts";
import type { Command, ExitCode, Io } from "../../policy-tools/cli/command.ts";
import { runProgram } from "../../policy-tools/cli/program.ts";

/** A store or a digest that cannot be read is said in a sentence, without our stack. */
const speaking = (load: () => Promise<Command>) => async (): Promise<Command> => {
  const command = await load();
  return {
    ...command,
    run: async (args, io) => {
      try {
        return await command.run(args, io);
      } catch (error) {
        const sentence = troubleOf(error);
        throw sentence === null ? error : new FileError(sentence, { cause: error });
      }
    },
  };
};

/** What keeps a store or digests from being read, in a sentence; null for a fault of ours. */
function troubleOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof Fault) return error.message;
  const code = "code" in error ? error.code : undefined;
  if (code === "ERR_SQLITE_ERROR")
    return `The audit store's file cannot be used: ${error.message}. Look for other programs that have it open, and compare it with a backup.`;
  return error.name === "RestError" ? `The account cannot be read: ${error.message}` : null;
}

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: speaking(async () => (await import("./verify.ts")).verifyCommand),
  digest: speaking(async () => (await import("./digest.ts")).digestCommand),
  export: speaking(async () => (await import("./export.ts")).exportCommand),
  rebuild: speaking(async () => (await import("./rebuild.ts")).rebuildCommand),
};

const HELP = `Works on the audit store: what happened to every request, and the proof of it.

Usage: npm run audit -- COMMAND [options]

  verify                  adds up all records, and says whether they are as the app wrote them
  digest                  writes a digest now: where every trail ends that changed
  rebuild                 makes requests, and what they are found by, anew from the records
  export                  prints records, one JSON object on each line

COMMAND --help says more. Exit codes: 0 fine, 1 the answer is no, 2 wrong usage, or something that cannot be read.
`;

/** Runs one command line, without the program's name. */
export const run = (args: readonly string[], io: Io): Promise<ExitCode> =>
  runProgram({ name: "audit", help: HELP, commands: COMMANDS }, args, io);
