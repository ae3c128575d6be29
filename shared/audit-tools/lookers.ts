import { availableParallelism } from "node:os";
import { lookThrough, type Task } from "../evidence/look-through.ts";
import type { Looked } from "../evidence/tally.ts";
import { keyedSeals } from "../request/seal.ts";
import type { StoreAddress } from "../store-address.ts";
import type { ThreadData } from "./look-thread.ts";
import type { OpenArchive } from "./open-for-reading.ts";
import { startThreads } from "./threads.ts";

const MAX_THREADS = 8;
/** Ranges of an account that are read at a time; the network is what takes time there. */
const RANGES = 4;

/** Those that look through trails. */
export interface Lookers {
  readonly atATime: number;
  look(task: Task): Promise<Looked>;
  end(): Promise<void>;
}

/** A file is looked through by threads, as many as there are processors; an account by this one. */
export function startLookers(
  address: StoreAddress,
  store: OpenArchive,
  keys: ThreadData["keys"],
  progress: (records: number) => void,
): Lookers {
  if (address.kind === "sqlite") {
    const atATime = Math.min(MAX_THREADS, availableParallelism());
    return { atATime, ...startThreads(atATime, { file: address.file, keys }, progress) };
  }
  const archive = { store, seals: keyedSeals(keys) };
  return {
    atATime: RANGES,
    look: (task) => lookThrough(archive, task, progress),
    end: async () => undefined,
  };
}
