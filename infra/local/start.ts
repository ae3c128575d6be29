import { once } from "node:events";
import { resolve } from "node:path";
import { buildApp } from "../build.ts";
import { noPositionals, runCommand } from "./kit/command.ts";
import { interruption } from "./kit/interruption.ts";
import { keptAhead } from "./kit/kept-clock.ts";
import { parseSeed } from "./kit/seed.ts";
import { dataFolder, dataOption, lockDataFolder } from "./supervisor/data-folder.ts";
import { parseArmRate, parsePort, parseStore, START_HELP, START_OPTIONS } from "./supervisor/options.ts";
import { writeSettings } from "./supervisor/settings.ts";
import { createStack } from "./supervisor/stack.ts";
import { clockOf, tellTime } from "./world/clock.ts";
import { showSampleWorld } from "./world/show.ts";
import { tellInbox } from "./world/tell.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

const log = (line: string) => console.log(line);

/** `npm start`: one supervisor, its children, and a sample world to look at. */
await runCommand({
  help: START_HELP,
  options: START_OPTIONS,
  async run(values, positionals) {
    noPositionals(positionals);
    const appPort = parsePort(values.port);
    const armRate = values["arm-rate"];
    if (armRate !== undefined) parseArmRate(armRate);
    const chaos = values.chaos === undefined ? [] : ["--chaos", String(parseSeed(values.chaos))];
    const store = values.store === undefined ? undefined : parseStore(values.store);
    const folder = dataFolder(values.data);
    const lock = lockDataFolder(folder);
    // What is kept in a folder was written in its time.
    const hasVirtualClock = values["virtual-clock"] || keptAhead(folder.app) > 0;
    const stack = createStack({
      folder,
      appPort,
      store,
      appRoot: resolve(values.app ?? REPOSITORY),
      armRate,
      hasVirtualClock,
      hostOptions: [...chaos, ...(values.strict ? ["--strict"] : [])],
      verbose: values.verbose,
      log,
    });
    const interrupt = interruption();
    try {
      await Promise.race([start(), once(interrupt, "abort")]);
      if (!interrupt.aborted) await once(interrupt, "abort");
      log("stopping");
    } finally {
      await stack.stop();
      lock.release();
    }

    async function start(): Promise<void> {
      if (values.app === undefined) log(`built the app, ${await buildApp()}`);
      const { endpoints, settings } = await stack.start();
      log(`ready ${endpoints.app}`);
      for (const line of tellInbox(endpoints)) log(line);
      if (hasVirtualClock) {
        const time = tellTime(await clockOf(folder, endpoints).read());
        log(`it is ${time}; npm run clock -- advance 4h${dataOption(folder)} puts it forward`);
      }
      if (values.empty) return writeSettings(folder, { ...settings, sampleWorld: true });
      await showSampleWorld(
        settings,
        { folder, endpoints, log, signal: interrupt },
        armRate === undefined,
      ).catch((error: unknown) => {
        // The stack is worth having without its sample world.
        if (!interrupt.aborted)
          log(`the sample world is not complete, the next start goes on with it: ${describe(error)}`);
      });
    }
  },
});

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
