import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Task } from "../evidence/look-through.ts";
import type { Looked } from "../evidence/tally.ts";
import type { ThreadData } from "./look-thread.ts";

/** Threads that look through ranges of ids, each with the store's file open for itself. */
export interface Threads {
  look(task: Task): Promise<Looked>;
  end(): Promise<void>;
}

/** What a thread says: how far it is, and at last what it found. */
type Said = { readonly records: number } | { readonly looked: Looked };

/** Starts threads. Not more than `count` tasks may be looked through at a time. */
export function startThreads(count: number, data: ThreadData, progress: (records: number) => void): Threads {
  const all = Array.from(
    { length: count },
    () => new Worker(new URL("look-thread.ts", import.meta.url), { workerData: data }),
  );
  const idle = [...all];
  return {
    look: async (task) => {
      const thread = idle.pop();
      if (thread === undefined) throw new Error("All threads are busy.");
      const looked = await lookedBy(thread, task, progress);
      idle.push(thread);
      return looked;
    },
    end: async () => void (await Promise.all(all.map((thread) => thread.terminate()))),
  };
}

/** @throws what the thread throws */
async function lookedBy(thread: Worker, task: Task, progress: (records: number) => void): Promise<Looked> {
  thread.postMessage(task);
  for (;;) {
    const [said]: Said[] = await once(thread, "message");
    if (said !== undefined && "looked" in said) return said.looked;
    if (said !== undefined) progress(said.records);
  }
}
