import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { World } from "./world.ts";

const Waiting = z.object({ requests: z.array(z.object({ id: z.string() })) });
const Asked = z.object({ ask: z.object({ seq: z.int() }).nullable() });
const LOOKS_EVERY_MS = 200;

/** Ana, who approves whatever waits for her, again where the answer was lost, until she is stopped. */
export function reviewer({ api }: World): { stop(): Promise<void> } {
  const ana = api.as("ana");
  /** Requests whose review may not have been heard, with the record that asked. */
  const unanswered = new Map<string, number>();
  let isStopped = false;
  const look = async () => {
    const { requests } = Waiting.parse((await ana.get("/api/requests?state=waiting&limit=200")).body);
    for (const { id } of requests) {
      const { ask } = Asked.parse((await ana.get(`/api/requests/${id}`)).body);
      if (ask !== null) unanswered.set(id, ask.seq);
    }
    for (const [id, asked] of unanswered) {
      const { status } = await ana.post(`/api/requests/${id}/reviews`, { review: "approve", asked });
      if (status === 200 || status === 409) unanswered.delete(id);
    }
  };
  const work = async () => {
    while (!isStopped) {
      // The app may be dead at this moment; what still waits is seen at the next look.
      await look().catch(() => undefined);
      await sleep(LOOKS_EVERY_MS);
    }
  };
  const working = work();
  return {
    stop: () => {
      isStopped = true;
      return working;
    },
  };
}
