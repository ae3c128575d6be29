import { type Command, parse, toJson } from "../policy-tools/cli/command.ts";
import { apiAt } from "./api.ts";
import { findId } from "./find.ts";
import { PLACE, PLACE_HELP } from "./place.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Prints the inbox's address, and opens it in a browser where there is a display.

Usage: npm run approvals -- open [ID] [options]

  ID                      of a request, or its beginning; without one the inbox opens at its list
${PLACE_HELP}
`;

/** `approvals open`. */
export const openOn = (terminal: Terminal): Command => ({
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parse(args, PLACE);
    const api = apiAt(values, terminal);
    const hash = positionals.length === 0 ? "" : `#/requests/${await findId(api, positionals)}`;
    const url = `${api.origin}/inbox/${hash}`;
    terminal.out(values.json ? toJson({ url }) : `${url}\n`);
    terminal.browse(url);
    return 0;
  },
});
