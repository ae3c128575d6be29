import type { Command, ExitCode, Io } from "./command.ts";
import { runProgram } from "./program.ts";

/** Loaded when they are asked for: `simulate` brings Azure's SDKs, and `check` should not wait for them. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import("./check.ts")).check,
  explain: async () => (await import("./explain.ts")).explain,
  test: async () => (await import("./test.ts")).test,
  simulate: async () => (await import("./simulate.ts")).simulate,
  schema: async () => (await import("./schema.ts")).schema,
  build: async () => (await import("./build.ts")).build,
  sign: async () => (await import("./sign.ts")).sign,
  verify: async () => (await import("./verify.ts")).verify,
  publish: async () => (await import("./publish.ts")).publish,
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
  sign BUILT              signs what build made
  verify BUILT            whether enough of those who must have signed it
  publish BUILT           puts it into the blob from which the app takes it
  schema                  prints the JSON Schema of a policy, for editors

COMMAND --help says more. Exit codes: 0 fine, 1 the answer is no, 2 wrong usage or a file that cannot be read.
`;

/** Runs one command line, without the program's name. */
export const run = (args: readonly string[], io: Io): Promise<ExitCode> =>
  runProgram({ name: "policy", help: HELP, commands: COMMANDS }, args, io);
