import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { resolve } from "node:path";
import { buildApp } from "../build.ts";
import { noPositionals, runCommand } from "../local/kit/command.ts";
import { interruption } from "../local/kit/interruption.ts";
import { loadOrCreateTls } from "../local/kit/tls.ts";
import { dataFolder, lockDataFolder } from "../local/supervisor/data-folder.ts";
import { parsePort } from "../local/supervisor/options.ts";
import { createStack } from "../local/supervisor/stack.ts";
import { azToken } from "./az-token.ts";
import { startGateway } from "./gateway.ts";
import { look } from "./look.ts";
import { HELP, OPTIONS, parseSubscriptions } from "./options.ts";
import { renderFindings } from "./render.ts";
import { shadowSettings } from "./settings.ts";

const AZURE = "https://management.azure.com";
const NOT_ALL =
  "Not every cluster could be looked at, so more may wait than is told here: the lines above say why.";

// What scripts read stands alone on the standard output.
const log = (line: string) => console.error(line);

/** `npm run shadow`: the app on this machine, before Azure as it is, which it can only read. */
await runCommand({
  help: HELP,
  options: OPTIONS,
  async run(values, positionals) {
    noPositionals(positionals);
    const subscriptions = parseSubscriptions(values.subscription);
    const appPort = parsePort(values.port);
    const { ARM_ENDPOINT: endpoint = AZURE, ARM_AUDIENCE: audience = AZURE } = process.env;
    const { origin } = new URL(endpoint);
    const token = azToken(subscriptions[0], audience);
    // Who is not signed in learns it at once.
    await token();

    const folder = dataFolder(values.data);
    const lock = lockDataFolder(folder);
    const secret = randomBytes(32).toString("base64url");
    const tls = await loadOrCreateTls(folder.tls);
    const gateway = await startGateway({ upstream: { origin, token }, tls, secret, log });
    const stack = createStack({
      folder,
      appPort,
      store: "sqlite",
      appRoot: resolve(import.meta.dirname, "../.."),
      armRate: undefined,
      hasVirtualClock: false,
      hostOptions: [],
      verbose: values.verbose,
      isAside: true,
      overrides: shadowSettings({
        gateway,
        secret,
        subscriptions,
        policy: values.policy,
        shell: process.env,
      }),
      log,
    });
    const staysOpen = !(values.once || values.json);
    const interrupt = interruption();
    try {
      await Promise.race([show(), once(interrupt, "abort")]);
      if (staysOpen && !interrupt.aborted) await once(interrupt, "abort");
    } finally {
      await stack.stop();
      await gateway.close();
      lock.release();
    }

    async function show(): Promise<void> {
      log(`built the app, ${await buildApp()}`);
      const { endpoints } = await stack.start();
      const { findings, isWhole } = await look({ folder, endpoints, gateway, log, signal: interrupt });
      if (!isWhole) log(NOT_ALL);
      console.log(
        values.json ? JSON.stringify(findings, null, 2) : renderFindings(findings, isWhole).join("\n"),
      );
      if (!isWhole || findings.some(({ would }) => would === null)) process.exitCode = 1;
      if (staysOpen) log(`\nOpen ${endpoints.app}/inbox/ and sign in as Ana (approver); Ctrl-C ends it.`);
    }
  },
});
