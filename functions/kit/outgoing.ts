import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { ServerResponse } from "node:http";

/**
 * The answers that are on their way, by invocation.
 *
 * `@azure/functions` writes what a stream gives without looking whether it goes out: of a slow reader's export, all would
 * be in memory. It has no way to ask, so the answers are seen where Node makes them. An invocation whose answer is not
 * found is not held back.
 * @see @azure/functions 4.16, httpProxy.ts; https://nodejs.org/api/diagnostics_channel.html#http
 */
const answers = new Map<string, ServerResponse>();

const INVOCATION_ID = "x-ms-invocation-id";

/** From now on answers are seen. */
export function watchOutgoing(): void {
  subscribe("http.server.request.start", (message) => {
    const { response } = message as { response: ServerResponse };
    const id = response.req.headers[INVOCATION_ID];
    if (typeof id !== "string") return;
    answers.set(id, response);
    response.once("close", () => answers.delete(id));
  });
}

/** One answer while it goes out. */
export interface Outgoing {
  /** Resolves when what was written is on its way; false when nobody listens any more. */
  drained(): Promise<boolean>;
  /** Cuts the line, so that half an answer is not taken for a whole one. */
  cut(): void;
}

/** The answer of an invocation that is under way. */
export function outgoing(invocationId: string): Outgoing {
  const response = answers.get(invocationId);
  if (response === undefined) return { drained: async () => true, cut: () => undefined };
  return {
    drained: async () => {
      if (response.writableNeedDrain && !response.destroyed) {
        const over = new AbortController();
        const events = ["drain", "close"].map((name) => once(response, name, { signal: over.signal }));
        await Promise.race(events).finally(() => over.abort());
        await Promise.allSettled(events);
      }
      return !response.destroyed;
    },
    cut: () => void response.destroy(),
  };
}
