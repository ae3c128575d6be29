import { formatProblems } from "../../policy/file/report.ts";
import { explain as explainVerdict, renderVerdict } from "../../policy/index.ts";
import { readRequest } from "../simulate/request.ts";
import { type Command, onlyFile, parse, toJson, UsageError } from "./command.ts";
import { readText } from "./files.ts";
import { loadOrReport } from "./policies.ts";

const HELP = `Tells what a policy says about one request, and why; of a question to people, each of its terms.

Usage: npm run policy -- explain FILE --request REQUEST [options]

  FILE                    a policy
  --request REQUEST       a file with the request, or - for the standard input: facts in the words of tests
                          (as under \`given\`; what is left out is unknown), an audit record of an assessment,
                          or the API's reply with a request's records
  --json                  prints the whole verdict as JSON

Exit code 1: the policy has errors.
`;

const MAX_REQUEST_BYTES = 8 * 1_024 * 1_024;

/** `policy explain`. */
export const explain: Command = {
  help: HELP,
  run: async (args, io) => {
    const { values, positionals } = parse(args, {
      request: { type: "string" },
      json: { type: "boolean", default: false },
    });
    const file = onlyFile(positionals);
    if (values.request === undefined)
      throw new UsageError("--request is missing: which request is it about?");
    const policy = await loadOrReport(file, io);
    if (policy === null) return 1;

    const isInput = values.request === "-";
    const text = isInput ? await io.readStdin() : await readText(values.request, io.cwd, MAX_REQUEST_BYTES);
    const read = readRequest(text, isInput ? "(standard input)" : values.request);
    if (read.kind === "problems") {
      io.err(formatProblems(read.problems));
      return 2;
    }
    const verdict = explainVerdict(policy, read.request.facts);
    io.out(values.json ? toJson(verdict) : `${renderVerdict(verdict).trimEnd()}\n`);
    return 0;
  },
};
