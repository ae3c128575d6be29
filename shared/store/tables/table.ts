import type { TableClient, TransactionAction } from "@azure/data-tables";
import { trying } from "./trying.ts";

export type Value = string | number | boolean | Uint8Array;

/** A row to be written. */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [name: string]: Value;
}

/** A row as it is stored, which need not be as it was written. */
export interface StoredRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  /** When it was written last, by the service's clock. */
  readonly timestamp: string;
  readonly [name: string]: unknown;
}

export type Key = Pick<Row, "partitionKey" | "rowKey">;

/** One of the things that are done together. */
export type Step =
  /** A row that must not be there yet. */
  | { readonly kind: "create"; readonly row: Row }
  /** A row in the place of the one that is there, if any. */
  | { readonly kind: "put"; readonly row: Row }
  /** These members; others that are there stay. */
  | { readonly kind: "merge"; readonly row: Row }
  /** A row in the place of one that must be as it was read. */
  | { readonly kind: "replace"; readonly row: Row; readonly etag: string }
  /** A row that must be there. */
  | { readonly kind: "remove"; readonly row: Key };

/** All was done, or nothing: because a row is there, is not there, or is not as it was read. */
export type Written = "done" | "exists" | "missing" | "changed";

/** Rows of a partition between two keys, neither of them included. */
export interface Range {
  readonly partition: string;
  readonly after: string;
  readonly before: string;
}

/** A row is at most so large. @see https://learn.microsoft.com/azure/storage/tables/scalability-targets */
export const MAX_STEPS = 100;
const MAX_PAGE = 1_000;

/** One table. Every verb throws a `Fault`: `UNREACHABLE` is worth another try, after those of the SDK. */
export class Table {
  readonly #client: TableClient;

  constructor(client: TableClient) {
    this.#client = client;
  }

  /** Makes the table unless it is there. */
  async make(): Promise<void> {
    if (!(await this.isThere())) await trying(() => this.#client.createTable());
  }

  /** Whether the table is there; reads one row. */
  isThere(): Promise<boolean> {
    return trying(async () => {
      await this.#client
        .listEntities({ queryOptions: { select: ["PartitionKey"] } })
        .byPage({ maxPageSize: 1 })
        .next();
    }).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === "TableNotFound") return false;
        throw error;
      },
    );
  }

  async get({ partitionKey, rowKey }: Key): Promise<StoredRow | null> {
    try {
      return await trying(async () => storedRow(await this.#client.getEntity(partitionKey, rowKey)));
    } catch (error) {
      if (codeOf(error) === "ResourceNotFound") return null;
      throw error;
    }
  }

  /** Adds one row; the only right that it needs is to add. */
  async add(row: Row): Promise<Written> {
    return this.#orOutcome(() => this.#client.createEntity(written(row)));
  }

  /** At most `MAX_STEPS`, all in one partition, no row twice. */
  async write(steps: readonly Step[]): Promise<Written> {
    if (steps.length === 0) return "done";
    return this.#orOutcome(() => this.#client.submitTransaction(steps.map(actionOf)));
  }

  /** In the order of their keys. */
  async *rows({ partition, after, before }: Range, pageSize = MAX_PAGE): AsyncGenerator<StoredRow> {
    const filter = `PartitionKey eq ${quoted(partition)} and RowKey gt ${quoted(after)} and RowKey lt ${quoted(before)}`;
    yield* this.#query(filter, Math.min(pageSize, MAX_PAGE));
  }

  /** All of a partition, whatever their keys, in the order of these. */
  async *allIn(partition: string): AsyncGenerator<StoredRow> {
    yield* this.#query(`PartitionKey eq ${quoted(partition)}`, MAX_PAGE);
  }

  /** The keys of all rows in partitions after one, in their order; null is before all. */
  async *keysAfter(partition: string | null): AsyncGenerator<Key> {
    const filter = partition === null ? null : `PartitionKey gt ${quoted(partition)}`;
    yield* this.#query(filter, MAX_PAGE, ["PartitionKey", "RowKey"]);
  }

  async *#query(filter: string | null, maxPageSize: number, select?: string[]): AsyncGenerator<StoredRow> {
    const queryOptions = { ...(filter !== null && { filter }), ...(select !== undefined && { select }) };
    const pages = this.#client.listEntities({ queryOptions });
    let from: { readonly continuationToken?: string } | null = {};
    while (from !== null) {
      const place: { readonly continuationToken?: string } = from;
      const { value } = await trying(() => pages.byPage({ maxPageSize, ...place }).next());
      for (const entity of value ?? []) yield storedRow(entity);
      from = value?.continuationToken === undefined ? null : { continuationToken: value.continuationToken };
    }
  }

  async #orOutcome(work: () => Promise<unknown>): Promise<Written> {
    try {
      await trying(work);
      return "done";
    } catch (error) {
      const outcome = OUTCOMES[codeOf(error) ?? ""];
      if (outcome === undefined) throw error;
      return outcome;
    }
  }
}

/** @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
const OUTCOMES: Readonly<Record<string, Written>> = {
  EntityAlreadyExists: "exists",
  ResourceNotFound: "missing",
  EntityNotFound: "missing",
  UpdateConditionNotSatisfied: "changed",
  ConditionNotMet: "changed",
};

function actionOf(step: Step): TransactionAction {
  switch (step.kind) {
    case "create":
      return ["create", written(step.row)];
    case "put":
      return ["upsert", written(step.row), "Replace"];
    case "merge":
      return ["upsert", written(step.row), "Merge"];
    case "replace":
      return ["update", written(step.row), "Replace", { etag: step.etag }];
    case "remove":
      return ["delete", { ...step.row }];
  }
}

/**
 * Signs that end a line for some who read our calls, though none for JSON: with U+2028 in a transaction Azurite fails. They are
 * written as the last of them and four hexadecimal digits.
 */
const LINE_ENDS = /[\u0085\u2028\u2029\ue000]/g;
const ESCAPED = /\ue000([0-9a-f]{4})/g;

const written = (row: Row): Row => ({
  ...row,
  ...mapTexts(row, (text) =>
    text.replace(LINE_ENDS, (sign) => `\ue000${sign.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ),
});

const read = (text: string): string =>
  text.replace(ESCAPED, (_escaped, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const mapTexts = (row: Readonly<Record<string, unknown>>, change: (text: string) => string) =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, change(value)] as const] : [],
    ),
  );

const storedRow = (entity: Readonly<Record<string, unknown>>): StoredRow => ({
  ...entity,
  ...mapTexts(entity, read),
  partitionKey: String(entity.partitionKey),
  rowKey: String(entity.rowKey),
  etag: String(entity.etag),
  timestamp: String(entity.timestamp),
});

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "armCode" in error && typeof error.armCode === "string"
    ? error.armCode
    : undefined;
