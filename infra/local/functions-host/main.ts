import { join } from "node:path";
import { noPositionals, parseCommandLine } from "../kit/command.ts";
import { CommandError, UsageError } from "../kit/errors.ts";
import { openClock } from "../kit/kept-clock.ts";
import { tryLock } from "../kit/lock.ts";
import { parseSeed } from "../kit/seed.ts";
import { endWithShell } from "../kit/shell-gone.ts";
import { whenUnread } from "../kit/unread.ts";
import { endProcess, tellWhenTheAppEnds } from "./end.ts";
import { asError, describeError, isOwnFault, StartError } from "./errors.ts";
import { startHost } from "./index.ts";
import { formatLogLine, type LogEntry } from "./log.ts";
import { othersIn } from "./virtual-clock/others.ts";

const HELP = `Runs a folder that is an Azure Functions app (Node.js, v4 programming model) on this machine.

Usage: npm run host -- [options]

  --app DIR        folder with host.json and package.json   (default: the current folder)
  --port N         port on 127.0.0.1, 0 for any free one    (default: 7071)
  --data DIR       where the host keeps what outlives it    (default: .local/functions-host)
  --virtual-clock  time can be put forward: POST /admin/clock {"advance":"7.00:00:00"}, with the key of keys.json
  --chaos SEED     orchestrations meet the troubles that Azure may make; a seed makes the same again
  --keys           ask callers for keys, as authLevel says; otherwise everybody may call
  --strict         an orchestration fails where otherwise a warning says that it would do harm in Azure
  --verbose        log what the host does, down to each invocation
  --help           this text
`;

const print = (entry: LogEntry): void => void process.stdout.write(`${formatLogLine(entry, new Date())}\n`);

/** Throws a UsageError of one sentence. */
function readArgs() {
  const { values, positionals } = parseCommandLine(process.argv.slice(2), {
    app: { type: "string", default: "." },
    port: { type: "string", default: "7071" },
    data: { type: "string", default: ".local/functions-host" },
    keys: { type: "boolean", default: false },
    "virtual-clock": { type: "boolean", default: false },
    chaos: { type: "string" },
    strict: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
  noPositionals(positionals);
  return values;
}

async function main(): Promise<void> {
  whenUnread(() => endProcess(0));
  endWithShell();
  const values = readArgs();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new UsageError(`--port ${values.port} is no port.`);

  if (tryLock(join(values.data, "functions-host.lock")) === undefined) {
    throw new StartError(
      `Another host is running on ${values.data}. Stop it first, or give this one --data DIR.`,
    );
  }

  const tellOthers = othersIn(process.env);
  outliveTheApp();
  tellWhenTheAppEnds();
  const host = await startHost({
    appDir: values.app,
    port,
    dataDir: values.data,
    verbose: values.verbose,
    virtualClock: openClock(values.data, values["virtual-clock"], tellOthers),
    sharesTime: tellOthers !== undefined,
    chaosSeed: values.chaos === undefined ? undefined : parseSeed(values.chaos),
    strict: values.strict,
    keys: values.keys,
    log: print,
  });
  // Disconnected means that the supervisor is gone: nobody would end this process, which holds its port.
  for (const event of ["SIGTERM", "SIGINT", "disconnect"]) {
    process.on(event, () => void host.close().finally(() => endProcess(0)));
  }
  process.stdout.write(`Serving ${values.app} at ${host.url}\n`);
  // Under a supervisor the app is no news.
  if (process.send === undefined) process.stdout.write(`${host.functions.join("\n")}\n`);
  if (values.keys) process.stdout.write(`Callers need a key; all of them are in ${host.keysFile}\n`);
  else if (process.send === undefined)
    process.stdout.write(`Only /admin needs a key, which is in ${host.keysFile}\n`);
  if (host.withoutFunctions !== undefined) process.stderr.write(`\n${host.withoutFunctions}\n\n`);
  process.send?.({ kind: "ready", url: host.url });
}

/**
 * What the app forgot to await or to catch harms nobody else here: it is logged, and the host goes on. In Azure it ends
 * the worker process, and with it whatever runs at that moment (azure-functions-nodejs-worker, Worker.ts). A fault of
 * the host itself does end this process: all that matters is on disk.
 */
function outliveTheApp(): void {
  process.on("uncaughtException", (thrown, origin) => {
    const error = asError(thrown);
    if (isOwnFault(error)) fail(describeError(error));
    const message = `In Azure this would end the worker and all that it runs (${origin}): ${describeError(error)}`;
    print({ level: "error", category: "Host.Worker", message });
  });
}

function fail(message: string): never {
  process.stderr.write(`\n${message}\n\n`);
  endProcess(1);
}

try {
  await main();
} catch (thrown) {
  const error = asError(thrown);
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message} Try --help.\n`);
    endProcess(2);
  }
  const isPlain = error instanceof StartError || error instanceof CommandError;
  fail(isPlain ? error.message : describeError(error));
}
