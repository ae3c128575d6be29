import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { openDatabase } from "../kit/database.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS timer (name TEXT PRIMARY KEY, last INTEGER, next INTEGER NOT NULL, updated INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS system_key (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** What is remembered of a timer; all times in milliseconds since 1970. */
export interface TimerStatus {
  /** The occurrence that ran last; null when none ever did. */
  readonly last: number | null;
  readonly next: number;
  readonly updated: number;
}

/** What the host keeps across restarts. In Azure both live in the storage account (azure-webjobs-hosts and -secrets). */
export interface HostState {
  timerStatus(name: string): TimerStatus | undefined;
  saveTimerStatus(name: string, status: TimerStatus): void;
  /** A key that callers must know, by its name; made once. */
  key(name: string): string;
  close(): void;
}

/** Opens the host's state in the data folder. */
export function openHostState(dataDir: string): HostState {
  const database = openDatabase(join(dataDir, "functions-host.sqlite"), SCHEMA);
  const readTimer = database.prepare("SELECT last, next, updated FROM timer WHERE name = ?");
  const writeTimer = database.prepare(
    "INSERT OR REPLACE INTO timer (name, last, next, updated) VALUES (?, ?, ?, ?)",
  );
  const makeKey = database.prepare("INSERT OR IGNORE INTO system_key (name, value) VALUES (?, ?)");
  const readKey = database.prepare("SELECT value FROM system_key WHERE name = ?");
  return {
    timerStatus: (name) => readTimer.get(name) as TimerStatus | undefined,
    saveTimerStatus: (name, { last, next, updated }) => void writeTimer.run(name, last, next, updated),
    key: (name) => {
      makeKey.run(name, randomBytes(32).toString("base64url"));
      return (readKey.get(name) as { value: string }).value;
    },
    close: () => database.close(),
  };
}
