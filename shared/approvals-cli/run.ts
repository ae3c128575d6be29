import type { Command, ExitCode } from "../policy-tools/cli/command.ts";
import { runProgram } from "../policy-tools/cli/program.ts";
import { auditOn } from "./audit.ts";
import { approveOn, rejectOn, reopenOn, retryOn, withdrawOn } from "./deeds.ts";
import { linkOn } from "./link.ts";
import { listOn } from "./list.ts";
import { notifyTestOn } from "./notify-test.ts";
import { openOn } from "./open.ts";
import { No, NoAnswer, Refusal } from "./problems.ts";
import { showOn } from "./show.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Answers requests for private endpoint connections, as the inbox does.

Usage: npm run approvals -- COMMAND [options]

  list                    what waits for people
  show ID                 who asks for what, why, who is asked, and what happened
  approve ID              approves it, as one of those who are asked
  reject ID --reason TEXT rejects it, for good
  withdraw ID             takes your review back, as long as nothing is decided
  retry ID                has the app try again at once what failed
  reopen ID               asks again about what expired
  audit                   what happened to all requests
  open [ID]               the inbox in a browser
  link ID                 makes a link that shows it to somebody without a role
  notify-test [NAME...]   sends a test by each channel, and tells what came of it

COMMAND --help says more. Ids may be shortened to their beginning. Exit codes: 0 done, 1 refused or not found, 2 wrong
usage, or no answer, 3 recorded, and not done yet.
`;

/** Runs one command line, without the program's name. */
export function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const commands = {
    list: listOn,
    show: showOn,
    approve: approveOn,
    reject: rejectOn,
    withdraw: withdrawOn,
    retry: retryOn,
    reopen: reopenOn,
    audit: auditOn,
    open: openOn,
    link: linkOn,
    "notify-test": notifyTestOn,
  };
  const speaking = Object.entries(commands).map(
    ([name, on]) => [name, async () => answering(on(terminal), terminal)] as const,
  );
  return runProgram(
    { name: "approvals", help: HELP, commands: Object.fromEntries(speaking) },
    args,
    terminal,
  );
}

/** A no, and an answer that does not come, are sentences and exit codes. */
const answering = (command: Command, terminal: Terminal): Command => ({
  ...command,
  run: async (args, io) => {
    try {
      return await command.run(args, io);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof No || error instanceof NoAnswer)) throw error;
      terminal.err(`${error.message}\n`);
      return error instanceof NoAnswer ? 2 : 1;
    }
  },
});
