import type { Command, ExitCode, Io } from "../../policy-tools/cli/command.ts";
import { runProgram } from "../../policy-tools/cli/program.ts";

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: async () => (await import("./verify.ts")).verifyCommand,
  digest: async () => (await import("./digest.ts")).digestCommand,
  export: async () => (await import("./export.ts")).exportCommand,
  rebuild: async () => (await import("./rebuild.ts")).rebuildCommand,
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
