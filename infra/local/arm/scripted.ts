import type { DatabaseSync } from "node:sqlite";
import { transaction } from "../kit/database.ts";
import type { Answer, World } from "./call.ts";
import { removeCluster } from "./clusters.ts";
import { errorBody } from "./errors.ts";
import type { Incoming } from "./http.ts";
import { clusterId, pathSegments } from "./ids.ts";
import { matchRoute } from "./routes.ts";
import { connectionId } from "./store.ts";
import type { Trouble } from "./troubles.ts";

/** The answer that the script gives instead of ARM; undefined when ARM is to do its work. */
export function scripted(trouble: Trouble | undefined): Answer | undefined {
  switch (trouble?.kind) {
    case undefined:
    case "hang":
    case "accepted":
    case "deleted":
    case "empty":
    case "resetAfterCommit":
      return undefined;
    case "resetBeforeCommit":
      return { status: 0 };
    case "throttled":
      return {
        status: 429,
        body: errorBody("Throttled", "The request is being throttled."),
        ...(trouble.retryAfterSeconds !== undefined && {
          headers: { "retry-after": retryAfter(trouble.retryAfterSeconds, trouble.retryAfterForm) },
        }),
      };
    case "conflict":
      return { status: 409, body: errorBody(trouble.code, trouble.message) };
    case "status":
      return { status: trouble.status, body: errorBody(trouble.code, trouble.message, trouble.details) };
    case "page":
      return { status: trouble.status, headers: { "content-type": "text/html" }, body: PAGE };
  }
}

const PAGE = "<!doctype html><title>Sign in</title><h1>Sign in to continue</h1>";

/** A date is in whole seconds, so it is rounded up: who waits for it has waited long enough. */
function retryAfter(seconds: number, form: "seconds" | "date" = "seconds"): string {
  return form === "seconds"
    ? String(seconds)
    : new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();
}

/** Somebody else deletes what this request is about. In a transaction of its own, for the request will be refused. */
export function deleteFirst(
  database: DatabaseSync,
  { store }: World,
  { method, path }: Incoming,
  what: "connection" | "cluster",
): void {
  const { parameters } = matchRoute(method, pathSegments(path));
  const cluster = store.clusters.get(clusterId(parameters));
  if (!cluster) return;
  transaction(database, () => {
    if (what === "cluster") removeCluster(store, cluster);
    else store.connections.delete(connectionId(cluster.id, parameters.connection));
  });
}
