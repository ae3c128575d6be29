import { noPositionals, runCommand } from "../kit/command.ts";
import { CommandError } from "../kit/errors.ts";
import { dataFolder } from "../supervisor/data-folder.ts";
import { runningStack } from "../supervisor/endpoints.ts";
import { DATA_HELP, DATA_OPTION } from "./options.ts";

const HELP = `Starts the app's sweep now instead of at its next time: it looks for requests that nobody announced.

Usage: npm run sweep -- [options]

${DATA_HELP}`;

await runCommand({
  help: HELP,
  options: DATA_OPTION,
  async run(values, positionals) {
    noPositionals(positionals);
    const { app } = runningStack(dataFolder(values.data));
    // https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http
    const response = await fetch(`${app}/admin/functions/sweep`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    }).catch((cause: unknown) => {
      throw new CommandError("The app does not answer; npm start tells why, and starts it again.", { cause });
    });
    if (!response.ok) throw new CommandError(`The app answered ${response.status}: ${await response.text()}`);
    console.log("The sweep has started; npm start shows what it finds.");
  },
});
