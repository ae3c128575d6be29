import type { HistoryEvent } from "../core/history.ts";
import { FINISHED, type Instance, type RuntimeStatus } from "./schema.ts";
import type { Store } from "./store.ts";

const COLUMNS =
  "run, id, name, status, input, output, custom_status AS customStatus, created, updated, version, parent";

/** ?1 and ?2: creation time; ?3: `,A,B,` or nothing for any status. */
const CHOSEN = "created BETWEEN ?1 AND ?2 AND (?3 = '' OR instr(?3, ',' || status || ',') > 0)";

/** Which instances to list or to purge. Times are milliseconds since 1970, both ends included. */
export interface InstanceFilter {
  createdFrom: number;
  createdTo: number;
  /** Empty: any. */
  statuses: readonly string[];
}

/** What an episode changes in its instance's row; `undefined` leaves the custom status as it is. */
export interface InstanceUpdate {
  status: RuntimeStatus;
  output: string | null;
  customStatus: string | undefined;
  updated: number;
}

type NewInstance = Pick<Instance, "id" | "name" | "input" | "version" | "parent" | "created"> &
  Partial<Pick<Instance, "status" | "customStatus">>;

/** The instances and their histories. */
export class Instances {
  readonly #insert;
  readonly #byId;
  readonly #byRun;
  readonly #update;
  readonly #remove;
  readonly #appendHistory;
  readonly #readHistory;
  readonly #removeHistory;
  readonly #list;
  readonly #choose;

  constructor(store: Store) {
    this.#insert = store.prepare(
      `INSERT INTO instances (id, name, input, version, parent, created, updated, status, custom_status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8) RETURNING run`,
    );
    this.#byId = store.prepare(`SELECT ${COLUMNS} FROM instances WHERE id = ?`);
    this.#byRun = store.prepare(`SELECT ${COLUMNS} FROM instances WHERE run = ?`);
    this.#update = store.prepare(
      "UPDATE instances SET status = ?2, output = ?3, custom_status = coalesce(?4, custom_status), updated = ?5 WHERE run = ?1",
    );
    this.#remove = store.prepare("DELETE FROM instances WHERE run = ?");
    this.#appendHistory = store.prepare("INSERT INTO history (run, episode, events) VALUES (?, ?, ?)");
    this.#readHistory = store.prepare("SELECT events FROM history WHERE run = ? ORDER BY episode");
    this.#removeHistory = store.prepare("DELETE FROM history WHERE run = ?");
    this.#list = store.prepare(
      `SELECT ${COLUMNS} FROM instances
        WHERE ${CHOSEN} AND substr(id, 1, length(?4)) = ?4 AND id > ?5 ORDER BY id LIMIT ?6`,
    );
    this.#choose = store.prepare(`SELECT run FROM instances WHERE ${CHOSEN}`);
  }

  /** @returns the new run, which has no history yet */
  create(instance: NewInstance): number {
    const { id, name, input, version, parent, created, status = "Pending", customStatus = null } = instance;
    const row = this.#insert.get<{ run: number }>(
      id,
      name,
      input,
      version,
      parent,
      created,
      status,
      customStatus,
    );
    if (row === undefined) throw new Error("SQLite returned no row for an INSERT with RETURNING.");
    return row.run;
  }

  find(id: string): Instance | undefined {
    return this.#byId.get<Instance>(id);
  }

  /** @returns undefined when the run was replaced or purged, or has finished */
  findUnfinished(run: number): Instance | undefined {
    const instance = this.#byRun.get<Instance>(run);
    return instance === undefined || FINISHED.has(instance.status) ? undefined : instance;
  }

  update(run: number, { status, output, customStatus, updated }: InstanceUpdate): void {
    this.#update.run(run, status, output, customStatus ?? null, updated);
  }

  remove(run: number): void {
    this.#removeHistory.run(run);
    this.#remove.run(run);
  }

  /** @param events JSON text of an array */
  appendHistory(run: number, episode: number, events: string): void {
    this.#appendHistory.run(run, episode, events);
  }

  /** Puts other events in the place of all there were; later episodes are appended to them. */
  replaceHistory(run: number, events: readonly HistoryEvent[]): void {
    this.#removeHistory.run(run);
    this.#appendHistory.run(run, 0, JSON.stringify(events));
  }

  /** One JSON array per episode. */
  historyParts(run: number): string[] {
    return this.#readHistory.all<{ events: string }>(run).map(({ events }) => events);
  }

  history(run: number): HistoryEvent[] {
    return this.historyParts(run).flatMap((part) => JSON.parse(part));
  }

  /** In the order of ids, beginning after `afterId`. */
  list(filter: InstanceFilter & { idPrefix: string }, afterId: string, limit: number): Instance[] {
    const { createdFrom, createdTo, statuses, idPrefix } = filter;
    return this.#list.all<Instance>(createdFrom, createdTo, inCommas(statuses), idPrefix, afterId, limit);
  }

  /** The runs that the filter chooses. */
  chosenRuns({ createdFrom, createdTo, statuses }: InstanceFilter): number[] {
    const rows = this.#choose.all<{ run: number }>(createdFrom, createdTo, inCommas(statuses));
    return rows.map(({ run }) => run);
  }
}

function inCommas(words: readonly string[]): string {
  return words.length === 0 ? "" : `,${words.join(",")},`;
}
