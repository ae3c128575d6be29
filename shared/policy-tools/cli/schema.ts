import { policySchema } from "../schema/policy-schema.ts";
import { type Command, parse, toJson, UsageError } from "./command.ts";

const HELP = `Prints the JSON Schema (draft 2020-12) of a policy file, with which editors complete and check while one writes.

Usage: npm run --silent policy -- schema > policy.schema.json

The first line of a policy names it:  # yaml-language-server: $schema=./policy.schema.json
`;

/** `policy schema`. */
export const schema: Command = {
  help: HELP,
  run: async (args, io) => {
    const { positionals } = parse(args, {});
    if (positionals.length > 0)
      throw new UsageError("schema takes no file; it prints to the standard output.");
    io.out(toJson(policySchema()));
    return 0;
  },
};
