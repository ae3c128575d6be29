import { createRequire } from "node:module";

/**
 * Runs Azurite with the options of its own command line, as a child process. It says
 * `{ "kind": "ready", "blob": URL, "queue": URL, "table": URL }` over IPC when it listens, and nothing on standard output.
 *
 * It is not crash-safe: what it has acknowledged reaches its files seconds later, or when SIGINT ends it. So when its
 * parent dies it ends by itself, in that way.
 */
const AZURITE = "./node_modules/azurite/dist/src/azurite.js";

/** Only Azurite's own words tell which port it was given. */
const LISTENING = /^Azurite (Blob|Queue|Table) service is successfully listening at (\S+)$/;

const addresses: Partial<Record<string, string>> = {};

console.log = (line: unknown) => {
  const [, service, url] = LISTENING.exec(String(line)) ?? [];
  if (service === undefined) return;
  addresses[service] = url;
  const { Blob: blob, Queue: queue, Table: table } = addresses;
  if (blob && queue && table) process.send?.({ kind: "ready", blob, queue, table });
};
process.once("disconnect", () => process.kill(process.pid, "SIGINT"));
// A second one would end it while it saves; and the channel to its parent would keep it from ending at all.
process.on("SIGINT", () => process.channel?.unref());
createRequire(import.meta.url)(AZURITE);
