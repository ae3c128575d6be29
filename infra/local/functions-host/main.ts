import { join } from "node:path";
import { parseArgs } from "node:util";
import { tryLock } from "../kit/lock.ts";
import { asError, describeError, StartError } from "./errors.ts";
import { startHost } from "./index.ts";
import { formatLogLine, type LogEntry } from "./log.ts";

const HELP = `Runs a folder that is an Azure Functions app (Node.js, v4 programming model) on this machine.

Usage: npm run host -- [options]

  --app DIR    folder with host.json and package.json   (default: the current folder)
  --port N     port on 127.0.0.1, 0 for any free one    (default: 7071)
  --data DIR   where task hub and timers are kept       (default: .local/functions-host)
  --verbose    log what the host does, down to each invocation
  --help       this text
`;

const print = (entry: LogEntry): void => void process.stdout.write(`${formatLogLine(entry, new Date())}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      app: { type: "string", default: "." },
      port: { type: "string", default: "7071" },
      data: { type: "string", default: ".local/functions-host" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartError(`--port ${values.port} is no port.`);

  if (tryLock(join(values.data, "functions-host.lock")) === undefined) {
    throw new StartError(
      `Another host is running on ${values.data}. Stop it first, or give this one --data DIR.`,
    );
  }

  // The worker lives on when the app forgets to await a promise that fails; so does this process.
  process.on("unhandledRejection", (reason) => {
    const message = `Unhandled rejection in the app: ${describeError(asError(reason))}`;
    print({ level: "error", category: "Host.Worker", message });
  });
  const host = await startHost({
    appDir: values.app,
    port,
    dataDir: values.data,
    verbose: values.verbose,
    log: print,
  });
  // Disconnected means that the supervisor is gone: nobody would end this process, which holds its port.
  for (const event of ["SIGTERM", "SIGINT", "disconnect"]) {
    process.on(event, () => void host.close().finally(() => process.exit(0)));
  }
  process.stdout.write(`Serving ${values.app} at ${host.url}\n`);
  process.send?.({ kind: "ready", url: host.url });
}

try {
  await main();
} catch (thrown) {
  const error = asError(thrown);
  process.stderr.write(`\n${error instanceof StartError ? error.message : describeError(error)}\n\n`);
  process.exit(1);
}
