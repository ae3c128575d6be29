import { noPositionals, runCommand } from "../kit/command.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { startSweep } from "../world/sweep.ts";
import { DATA_HELP, DATA_OPTION } from "./options.ts";

const HELP = `Starts the app's sweep now: it looks through all clusters for requests that no event announced.

Usage: npm run sweep -- [options]

${DATA_HELP}`;

await runCommand({
  help: HELP,
  options: DATA_OPTION,
  async run(values, positionals) {
    noPositionals(positionals);
    const folder = dataFolder(values.data);
    await startSweep(folder, runningStack(folder));
    console.log("The sweep has started; the terminal of npm start shows what it finds.");
  },
});
