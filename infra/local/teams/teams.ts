import type { DatabaseSync } from "node:sqlite";
import type { ReadBearer } from "../kit/bearer.ts";
import type { Script } from "../kit/script.ts";
import type { ConnectorKeys } from "./connector-keys.ts";
import type { Limits } from "./limits.ts";
import type { Organisation } from "./schemas.ts";
import type { Store } from "./store.ts";
import type { Trouble } from "./troubles.ts";

/** One tenant's Teams and what its flows, its connector and its page work on. */
export interface Teams {
  readonly organisation: Organisation;
  readonly database: DatabaseSync;
  readonly store: Store;
  readonly script: Script<Trouble>;
  /** Issuer of the tenant's tokens. */
  readonly issuer: string;
  /** Reads tokens that Entra signed, whoever they are made out to. */
  readonly readToken: ReadBearer;
  readonly workflowLimits: Limits;
  readonly threadLimits: Limits;
  /** Signs the addresses of flows. */
  readonly workflowKey: string;
  readonly connectorKeys: ConnectorKeys;
  /** Origin of flows and of the connector, https. */
  readonly origin: string;
  /** Where bots post, with the slash at its end. */
  readonly serviceUrl: string;
  readonly invokeTimeoutMs: number;
  /** Aborted when the server closes, so that nothing outlives it. */
  readonly closing: AbortSignal;
  readonly log: (line: string) => void;
}

/** One request, as far as flows and the connector look at it. */
export interface Call {
  readonly method: string;
  /** Still encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** Undefined when it was larger than a message may be. */
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What is left to do when all checks have passed: it runs in one transaction, with the entry of the request log. */
export type Work = () => Answer;
