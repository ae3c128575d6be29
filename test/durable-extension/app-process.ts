/**
 * A process to be killed: an app on a hub, with an activity that never ends unless a second argument gives its result. It says
 * where the hub's API is, and every run of the activity, a line each.
 */
import { df, realFunctions } from "../contract/durable-task/app.ts";
import { serveHub } from "../contract/durable-task/server.ts";
import { STORAGE_PROVIDER } from "./host-json.ts";

const [file = "", result] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const works = df.app.activity("works", {
  handler: () => {
    say("runs");
    return result ?? new Promise<never>(() => undefined);
  },
});
df.app.orchestration("waitsForWork", function* () {
  return yield works();
});

const { rpcBaseUrl } = await serveHub({
  file,
  functions: realFunctions,
  log: () => undefined,
  options: { storageProvider: STORAGE_PROVIDER },
});
say(rpcBaseUrl);
