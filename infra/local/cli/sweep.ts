import { noPositionals, runCommand } from "../kit/command.ts";
import { CommandError } from "../kit/errors.ts";
import { readMasterKey } from "../kit/host-keys.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { reach } from "../world/reach.ts";
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
    const { app } = runningStack(folder);
    // https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
    const response = await reach("The app", `${app}/admin/functions/sweep`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-functions-key": readMasterKey(folder.app) },
      body: "{}",
    });
    if (!response.ok) throw new CommandError(`The app answered ${response.status}: ${await response.text()}`);
    console.log("The sweep has started; the terminal of npm start shows what it finds.");
  },
});
