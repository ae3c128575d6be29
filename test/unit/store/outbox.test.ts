import { expect, test } from "vitest";
import { RequestId } from "../../../shared/connection/connection.ts";
import { openFile } from "../../../shared/store/sqlite-file.ts";
import { outboxIn } from "../../../shared/store/sqlite-outbox.ts";
import { SCHEMA } from "../../../shared/store/sqlite-schema.ts";

/** `synchronous=FULL`, as the pragma says it. */
const FULL = 2;

test("what is acknowledged waits for the disk also after a notice was crossed off, or could not be", async () => {
  const database = openFile(":memory:", SCHEMA);
  const outbox = outboxIn(database);
  const line = { requestId: RequestId.parse(`pec-${"0".repeat(32)}`), channel: "test" };
  const synchronous = () => database.prepare("PRAGMA synchronous").get()?.synchronous;

  await outbox.done(line, 1);
  expect(synchronous()).toBe(FULL);
  database.exec("CREATE TRIGGER kept BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'kept'); END");
  database.exec(
    `INSERT INTO notices (request_id, channel, seq, created_at, due_at) VALUES ('${line.requestId}', 'test', 1, '', '')`,
  );

  await expect(outbox.done(line, 1)).rejects.toThrow("kept");
  expect(synchronous()).toBe(FULL);
  database.close();
});
