import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { lookThrough, type Task } from "../evidence/look-through.ts";
import { keyedSeals, type RecordKey } from "../request/seal.ts";
import { openFileArchive } from "./open-for-reading.ts";

/** What a thread is started with. */
export interface ThreadData {
  readonly file: string;
  readonly keys: readonly [RecordKey, ...RecordKey[]];
}

/** Looks through the ranges of ids that it is told of, one after the other; ends with the thread that started it. */
function serve(port: MessagePort, { file, keys }: ThreadData): void {
  const archive = { store: openFileArchive(file), seals: keyedSeals(keys) };
  port.on("message", async (task: Task) => {
    const looked = await lookThrough(archive, task, (records) => port.postMessage({ records }));
    port.postMessage({ looked });
  });
}

if (parentPort !== null) serve(parentPort, workerData as ThreadData);
