import { processIo } from "../policy-tools/cli/program.ts";
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), processIo());
