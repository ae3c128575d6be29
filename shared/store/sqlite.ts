import { nobody, type Recipients } from "../request/recipients.ts";
import { accessesIn } from "./sqlite-accesses.ts";
import { appender } from "./sqlite-appender.ts";
import { openFile } from "./sqlite-file.ts";
import { outboxIn } from "./sqlite-outbox.ts";
import { postedIn } from "./sqlite-posted.ts";
import { reader } from "./sqlite-reader.ts";
import { rebuildIn } from "./sqlite-rebuild.ts";
import { runsIn } from "./sqlite-runs.ts";
import { SCHEMA } from "./sqlite-schema.ts";
import { searchIn } from "./sqlite-search.ts";
import { standingIn } from "./sqlite-standing.ts";
import { trailsIn } from "./sqlite-trails.ts";
import { unindexedIn } from "./sqlite-unindexed.ts";
import type { Store } from "./store.ts";

/**
 * Opens the store in a SQLite file, which one process at a time may write.
 *
 * `synchronous=FULL`: what was acknowledged survives a power cut, since the record "will apply" must be durable before
 * ARM is called. Records can neither be changed nor deleted, not even by this app: triggers refuse it.
 * @param recipients by which channels records are told: each goes into the outbox once for each of them
 * @param warn for operators: something was left undone that is done later
 * @throws a `StoreFileError`
 */
export function openSqliteStore(
  file: string,
  recipients: Recipients = nobody,
  warn: (line: string) => void = () => undefined,
): Store {
  const database = openFile(file, SCHEMA);
  const unindexed = unindexedIn(database, warn);
  const { append, flush } = appender(database, recipients, unindexed);
  unindexed.catchUp();
  const close = () => {
    flush();
    unindexed.close();
    database.close();
  };
  return {
    ...reader(database),
    append,
    outbox: outboxIn(database),
    posted: postedIn(database),
    standing: standingIn(database),
    runs: runsIn(database),
    search: searchIn(database, unindexed.catchUp),
    trails: trailsIn(database),
    accesses: accessesIn(database),
    rebuild: async (told) => {
      flush();
      unindexed.catchUp();
      rebuildIn(database, told);
      unindexed.forget();
    },
    close,
  };
}
