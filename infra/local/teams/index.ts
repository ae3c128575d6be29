import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import { bearerReader } from "../kit/bearer.ts";
import { openDatabase } from "../kit/database.ts";
import { KEEP_ALIVE_MS, LOOPBACK, listenOnLoopback } from "../kit/listen.ts";
import { SCRIPT_SCHEMA, Script } from "../kit/script.ts";
import { connectorKeys } from "./connector-keys.ts";
import { INVOKE_TIMEOUT_MS, type Limit, REGION, THREAD_LIMITS, WORKFLOW_LIMITS } from "./constants.ts";
import { Limits } from "./limits.ts";
import { servePage } from "./page-server.ts";
import type { Organisation } from "./schemas.ts";
import { serve } from "./server.ts";
import { STORE_SCHEMA, Store } from "./store.ts";
import type { Teams } from "./teams.ts";
import { Trouble } from "./troubles.ts";

/** How this Teams is set up. */
export interface TeamsOptions {
  /** Port of flows and of the connector, https; 0 asks for any free one. */
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly controlKey: string;
  /** SQLite file of all state. */
  readonly file: string;
  /** Where the connector's signing keys are kept. */
  readonly keysFile: string;
  /** Port of the page for people, http; 0 asks for any free one. */
  readonly pagePort: number;
  readonly organisation: Organisation;
  /** Whose tokens are believed. */
  readonly issuer: string;
  readonly jwksUrl: string;
  /** Signs the addresses of flows. */
  readonly workflowKey: string;
  /** Limits that differ from the real ones. */
  readonly workflowLimits?: readonly Limit[];
  readonly threadLimits?: readonly Limit[];
  /** How long a bot may take to answer a click; 5 s by default. */
  readonly invokeTimeoutMs?: number;
  readonly log: (line: string) => void;
}

/** A running stand-in of Teams. */
export interface RunningTeams {
  /** Origin of flows and of the connector, https. */
  readonly url: string;
  /** Origin of the page for people. */
  readonly pageUrl: string;
  close(): Promise<void>;
}

/** Starts Teams on loopback, on the state that the last run left. */
export async function startTeams(options: TeamsOptions): Promise<RunningTeams> {
  const { organisation, issuer, workflowKey, log } = options;
  const wire = createServer({ ...options.tls, noDelay: true, keepAlive: true });
  const origin = `https://${LOOPBACK}:${await listenOnLoopback(wire, options.port)}`;
  const database = openDatabase(options.file, STORE_SCHEMA + SCRIPT_SCHEMA);
  const closing = new AbortController();
  const teams: Teams = {
    organisation,
    database,
    store: new Store(database),
    script: new Script(database, Trouble),
    issuer,
    readToken: bearerReader(options.jwksUrl),
    workflowLimits: new Limits(options.workflowLimits ?? WORKFLOW_LIMITS),
    threadLimits: new Limits(options.threadLimits ?? THREAD_LIMITS),
    workflowKey,
    connectorKeys: connectorKeys(options.keysFile),
    origin,
    serviceUrl: `${origin}/${REGION}/`,
    invokeTimeoutMs: options.invokeTimeoutMs ?? INVOKE_TIMEOUT_MS,
    closing: closing.signal,
    log,
  };
  const services = [serve(wire, teams, options.controlKey)];
  const page = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const pageUrl = `http://${LOOPBACK}:${await listenOnLoopback(page, options.pagePort)}`;
  services.push(servePage(page, teams));
  return {
    url: origin,
    pageUrl,
    async close() {
      closing.abort();
      await Promise.all(services.map((service) => service.close()));
      database.close();
    },
  };
}
