import { type Command, parse } from "../../policy-tools/cli/command.ts";
import { credentialIn } from "../../policy-tools/cli/credential.ts";
import { openStore } from "../../store/open.ts";
import { storeOf } from "./places.ts";
import { progressTo } from "./progress.ts";

const HELP = `Makes requests, and what they and records are found by, anew from the records, which stay as they are.

Usage: npm run audit -- rebuild [options]

  --store STORE           the audit store (default: AUDIT_STORE)
  --data DIR              that of a stack on this machine, instead (default: .local)

A SQLite file is written by one process at a time, so stop the app first; with Table storage it may go on. Records that make
no request are left out: "verify" says what was done to them.
`;

/** `audit rebuild`. */
export const rebuildCommand: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values } = parse(args, { store: { type: "string" } });
    const warn = (line: string) => io.err(`${line}\n`);
    const store = await openStore(storeOf(values, io), { credential: credentialIn(io.env), warn });
    const progress = progressTo(io, "requests");
    let count = 0;
    try {
      await store.rebuild((requests) => {
        progress.add(requests - count);
        count = requests;
      });
      io.out(`${count.toLocaleString("en")} requests were made anew from their records.\n`);
      return 0;
    } finally {
      progress.end();
      store.close();
    }
  },
};
