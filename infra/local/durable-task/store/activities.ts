import type { ActivityTask } from "./schema.ts";
import type { Store } from "./store.ts";

/** The activities that are to be run: a row stays until the result is committed, so a crash runs it again. */
export class Activities {
  readonly #insert;
  readonly #next;
  readonly #remove;

  constructor(store: Store) {
    this.#insert = store.prepare(
      "INSERT INTO activities (run, instance_id, task_id, name, input) VALUES (?, ?, ?, ?, ?)",
    );
    this.#next = store.prepare(
      `SELECT seq, run, instance_id AS instanceId, task_id AS taskId, name, input
         FROM activities WHERE seq > ? ORDER BY seq LIMIT ?`,
    );
    this.#remove = store.prepare("DELETE FROM activities WHERE seq = ?");
  }

  add(task: Omit<ActivityTask, "seq">): void {
    this.#insert.run(task.run, task.instanceId, task.taskId, task.name, task.input);
  }

  /** The next ones in their order. `seq` only grows, so the last one seen is all there is to remember. */
  after(seq: number, limit: number): ActivityTask[] {
    return this.#next.all<ActivityTask>(seq, limit);
  }

  remove(seq: number): void {
    this.#remove.run(seq);
  }
}
