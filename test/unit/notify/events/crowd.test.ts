import { createSecretKey } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { instant, type RequestId } from "../../../../shared/connection/connection.ts";
import { deliverNext } from "../../../../shared/notify/deliver.ts";
import { EVERYTHING } from "../../../../shared/notify/events/filter.ts";
import { webhook } from "../../../../shared/notify/events/webhook.ts";
import { aConnection, aConnectionId, aTrail, MINUTE, NINE } from "../../../fixtures/builders.ts";
import { Desk } from "../../../fixtures/desk.ts";

const REQUESTS = 60;
const CALL_MS = 2_000;

beforeEach(
  () => void vi.useFakeTimers({ now: Date.parse(NINE), toFake: ["Date", "setTimeout", "clearTimeout"] }),
);
afterEach(() => void vi.useRealTimers());

/** A receiver that takes its time, and takes everything. */
function aSlowReceiver() {
  const heardAtMs: number[] = [];
  const post = async () => {
    await new Promise((done) => setTimeout(done, CALL_MS));
    heardAtMs.push(Date.now() - Date.parse(NINE));
    return { status: 204, retryAfter: null };
  };
  const subscriber = webhook(
    {
      name: "webhook-slow",
      url: new URL("https://receiver.example/"),
      keys: [createSecretKey(Buffer.alloc(32))],
      filter: EVERYTHING,
    },
    { publicUrl: "https://approvals.example", post, now: Date.now, random: () => 0.5 },
  );
  return { subscriber, heardAtMs };
}

/** As the orchestration of a line does. */
async function bringOut(desk: Desk, requestId: RequestId): Promise<void> {
  const line = { requestId, channel: "webhook-slow" };
  for (;;) {
    const left = await deliverNext(desk.needs.delivery, line, instant(Date.now()));
    if (left.kind === "empty") return;
    if (left.kind !== "pause") continue;
    const waitMs = Math.max(Date.parse(left.until) - Date.now(), 0);
    await new Promise((done) => setTimeout(done, waitMs));
  }
}

test("many at once take turns at a slow receiver, and waiting for one's turn is no failed attempt", async () => {
  const { subscriber, heardAtMs } = aSlowReceiver();
  const desk = new Desk({ channels: [], subscribers: [subscriber] });
  const ids = await Promise.all(
    Array.from({ length: REQUESTS }, async (_, n) => {
      const { id } = await desk.file(aTrail({ connection: aConnection({ id: aConnectionId(`pe-${n}`) }) }));
      return id;
    }),
  );

  const all = Promise.all(ids.map((id) => bringOut(desk, id)));
  await vi.advanceTimersByTimeAsync(2 * MINUTE);

  expect(heardAtMs).toHaveLength(REQUESTS);
  await all;
  expect(Math.max(...heardAtMs)).toBeLessThan(2 * MINUTE);
  expect(desk.errors).toEqual([]);
});
