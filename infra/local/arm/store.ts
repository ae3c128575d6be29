import type { DatabaseSync, StatementSync } from "node:sqlite";
import { keyOf } from "./ids.ts";
import type { ClusterBody, Connection, EndpointBody, PrivateLink } from "./schemas.ts";

/** One managed cluster, spelled as its creator spelled it. */
export interface Cluster {
  id: string;
  name: string;
  resourceGroup: string;
  subscription: string;
  location: string;
  tags: ClusterBody["tags"];
  properties: NonNullable<ClusterBody["properties"]> & { nodeResourceGroup: string };
}

/** One private endpoint and the one link it asks for. */
export interface Endpoint {
  id: string;
  name: string;
  location: string | undefined;
  tags: EndpointBody["tags"];
  subnet: { id: string } | undefined;
  link: PrivateLink & { form: "manual" | "automatic" };
  /** The connection that this endpoint made on the cluster; it may be gone by now. */
  connection: { clusterId: string; name: string };
}

/** What is known of a subscription beside its resources. */
export interface Subscription {
  id: string;
  displayName: string;
  tags: Readonly<Record<string, string>>;
  tenantId: string;
  /** Names of the management groups between the subscription and the root, nearest first. */
  managementGroups: readonly string[];
}

/** One entry of the record of changes. */
export interface Change {
  type: "Create" | "Delete";
  by: string;
  /** ISO 8601. */
  at: string;
  /** GUID of the request. */
  correlationId: string;
  /** What the Activity Log tells of the token that the request came with: an object, its JSON, or null for nothing. */
  claims: unknown;
}

/** All creations and deletions of the private endpoints of one id, oldest first. */
export interface EndpointChanges {
  endpointId: string;
  changes: readonly Change[];
}

/** What is not imitated but described: a role, who has it, a topic, a queue; in ARM's own form. */
export interface Described {
  id: string;
  name: string;
  type: string;
  properties: Readonly<Record<string, unknown>>;
}

/** Something under way: Azure answers 202 and is asked again. Times are epoch milliseconds. */
export interface Operation {
  id: string;
  startedAt: number;
  endsAt: number;
}

const TABLES = [
  "changes",
  "clusters",
  "connections",
  "described",
  "endpoints",
  "operations",
  "subscriptions",
] as const;

/** Keys are lower-cased ARM ids, so "everything below this id" is a range of the primary key. */
export const STORE_SCHEMA = TABLES.map(
  (table) =>
    `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;`,
).join("\n");

/** The resources of one type: JSON documents by ARM id, in any spelling. */
export class Resources<T> {
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #list: StatementSync;

  constructor(database: DatabaseSync, table: (typeof TABLES)[number]) {
    this.#select = database.prepare(`SELECT document FROM ${table} WHERE key = ?`);
    this.#upsert = database.prepare(
      `INSERT INTO ${table} (key, document) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET document = excluded.document`,
    );
    this.#delete = database.prepare(`DELETE FROM ${table} WHERE key = ?`);
    this.#list = database.prepare(
      `SELECT key, document FROM ${table} WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?`,
    );
  }

  get(id: string): T | undefined {
    const row = this.#select.get(keyOf(id));
    return row && (JSON.parse(String(row.document)) as T);
  }

  put(id: string, document: T): void {
    this.#upsert.run(keyOf(id), JSON.stringify(document));
  }

  /** @returns whether there was anything to delete. */
  delete(id: string): boolean {
    return this.#delete.run(keyOf(id)).changes === 1;
  }

  /** Everything below an id, by key; starts after the key `after`. A negative limit means all. */
  below(id: string, after = "", limit = -1): { key: string; document: T }[] {
    const prefix = keyOf(id);
    // "0" is the character after "/", so this is exactly the range of keys that start with `prefix/`.
    return this.#list.all(`${prefix}/`, `${prefix}0`, after, limit).map((row) => ({
      key: String(row.key),
      document: JSON.parse(String(row.document)) as T,
    }));
  }
}

/** All that this ARM knows. Every verb runs in the caller's transaction. */
export class Store {
  readonly changes: Resources<EndpointChanges>;
  readonly clusters: Resources<Cluster>;
  readonly connections: Resources<Connection>;
  readonly described: Resources<Described>;
  readonly endpoints: Resources<Endpoint>;
  readonly operations: Resources<Operation>;
  readonly subscriptions: Resources<Subscription>;

  constructor(database: DatabaseSync) {
    this.changes = new Resources(database, "changes");
    this.clusters = new Resources(database, "clusters");
    this.connections = new Resources(database, "connections");
    this.described = new Resources(database, "described");
    this.endpoints = new Resources(database, "endpoints");
    this.operations = new Resources(database, "operations");
    this.subscriptions = new Resources(database, "subscriptions");
  }
}

/** The id under which a connection is kept (its id on the wire differs: see the official sample). */
export const connectionId = (clusterId: string, name: string): string =>
  `${clusterId}/privateEndpointConnections/${name}`;
