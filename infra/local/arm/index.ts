import { openDatabase } from "../kit/database.ts";
import { SCRIPT_SCHEMA, Script } from "../kit/script.ts";
import type { VirtualClock } from "../kit/virtual-clock.ts";
import { authenticator, type TrustOptions } from "./caller.ts";
import { AUDIENCES, QUERIES_PER_WINDOW } from "./constants.ts";
import { type Description, describe } from "./described.ts";
import { type EventSink, type Log, OUTBOX_SCHEMA, Outbox } from "./outbox.ts";
import { QueryQuota } from "./query-quota.ts";
import { REQUEST_LOG_SCHEMA, RequestLog } from "./request-log.ts";
import { type ServerOptions, serve } from "./server.ts";
import { STORE_SCHEMA, Store } from "./store.ts";
import { Throttle, type Throttling } from "./throttling.ts";
import { Trouble } from "./troubles.ts";

/** How this Azure Resource Manager is set up. */
export interface ArmOptions extends ServerOptions, Omit<TrustOptions, "audiences"> {
  /** SQLite file of all state. */
  file: string;
  /** Both spellings of the public cloud's audience by default. */
  audiences?: readonly string[];
  /** Limits that differ from Azure's real ones. */
  throttling?: Throttling;
  /** Queries that Resource Graph answers each caller in 5 s; 15 by default, as the real one does. */
  queriesPerWindow?: number;
  /** Clusters on one page of a LIST; 100 by default. */
  pageSize?: number;
  /** What is there beside what this ARM imitates, from the start. */
  described?: readonly Description[];
  /** Where resource events go; they may come twice, never not at all. */
  events: EventSink;
  /** Moved by the control interface. `Date` must tell its time already. */
  clock?: VirtualClock | undefined;
  log: Log;
}

/** A running stand-in of Azure Resource Manager. */
export interface Arm {
  port: number;
  /** `https://127.0.0.1:port`, the `endpoint` of Azure's SDK clients. */
  url: string;
  /** What is about to be handed over to Event Grid, in words; nothing when all is at rest. */
  unrest(): readonly string[];
  close(): Promise<void>;
}

/** Starts Azure Resource Manager on loopback, on the state that the last run left. */
export async function startArm(options: ArmOptions): Promise<Arm> {
  const { file, issuer, jwksUrl, audiences = AUDIENCES, throttling, events, log } = options;
  const { pageSize = 100, queriesPerWindow = QUERIES_PER_WINDOW, described = [] } = options;
  const database = openDatabase(file, STORE_SCHEMA + OUTBOX_SCHEMA + REQUEST_LOG_SCHEMA + SCRIPT_SCHEMA);
  const outbox = new Outbox(database, events, log);
  const requests = new RequestLog(database);
  const closing = new AbortController();
  const store = new Store(database);
  for (const one of described) describe(store, one);

  const server = await serve(options, (origin) => ({
    database,
    world: {
      store,
      origin,
      pageSize,
      tenantId: tenantOf(issuer),
      quota: new QueryQuota(queriesPerWindow),
      changesLagMs: 0,
      logLagMs: 0,
    },
    authenticate: authenticator({ issuer, jwksUrl, audiences }),
    throttle: new Throttle(throttling),
    troubles: new Script(database, Trouble),
    requests,
    outbox,
    clock: options.clock,
    closing: closing.signal,
  }));
  outbox.kick();

  return {
    port: server.port,
    url: `https://127.0.0.1:${server.port}`,
    unrest: () => (outbox.waiting() > 0 ? ["ARM hands over events"] : []),
    async close() {
      closing.abort();
      await server.close();
      await outbox.close();
      requests.flush();
      database.close();
    },
  };
}

/** Entra's issuers are `https://host/{tenant}/v2.0`. */
const tenantOf = (issuer: string): string => new URL(issuer).pathname.split("/")[1] ?? "";
