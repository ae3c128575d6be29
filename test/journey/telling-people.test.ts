import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { aStack } from "./stack.ts";

describe("telling people", { timeout: TIMEOUT_MS }, () => {
  const stack = aStack({ NOTICE_SCHEDULE: "*/2 * * * * *" });

  test("what a crash kept from being told is told after the next start, and is then done with", async () => {
    const isAsked = stack.says("please review");
    await stack.consumer.requests("pe-told-late");
    await isAsked;
    const { id, ask } = await stack.api.request("pe-told-late");
    await stack.stop();
    // As the store is when the app is killed after the record and before anything was told.
    const database = new DatabaseSync(join(stack.data, "app/audit.sqlite"));
    const at = "2026-03-02T09:00:00.000Z";
    database
      .prepare(
        "INSERT INTO notices (request_id, channel, seq, created_at, due_at) VALUES (?, 'log', ?, ?, ?)",
      )
      .run(id, ask?.seq ?? 0, at, at);
    database.close();

    await stack.start();

    await eventually(() => expect(stack.output()).toContain(`${id} to 1 of `));
    const channels = ["log", "teams", "security-duty"].map((channel) => ({
      channel,
      ...{ pending: 0, oldestPendingAt: null, givenUp: 0 },
    }));
    await eventually(async () =>
      expect((await stack.api.as("cy").get("/api/notices")).body).toEqual({ channels }),
    );
  });
});
