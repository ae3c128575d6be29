import { queryValue } from "../../kit/query.ts";
import type { HttpReply } from "../contract.ts";
import { FINISHED } from "../store/schema.ts";
import { BadRequest } from "./bad-request.ts";
import type { ApiNeeds } from "./needs.ts";
import { readInstance } from "./read.ts";
import { rawJson } from "./reply.ts";

interface Wait {
  timeoutMs: number;
  intervalMs: number;
}

/**
 * What `createAndWaitOnNewInstancePostUri` asks for, in seconds; undefined when a caller does not want to wait.
 * @throws BadRequest
 */
export function waitOf(query: URLSearchParams): Wait | undefined {
  const [timeout, interval] = ["timeout", "pollingInterval"].map((name) => Number(queryValue(query, name)));
  if (!timeout || !interval) return undefined;
  if (interval <= timeout) return { timeoutMs: timeout * 1000, intervalMs: interval * 1000 };
  throw new BadRequest(`Total timeout ${timeout} should be bigger than retry timeout ${interval}`);
}

/**
 * Looks at the instance until it has ended or the time is over.
 * @returns the output of a completed instance, the status of another ended one, or undefined when it still runs
 * @see HttpApiHandler.WaitForCompletionOrCreateCheckStatusResponseAsync
 */
export async function waitForEnd(
  id: string,
  { timeoutMs, intervalMs }: Wait,
  needs: ApiNeeds,
): Promise<HttpReply | undefined> {
  const { hub, clock, sleepUntil } = needs;
  const until = clock.now() + timeoutMs;
  for (;;) {
    const instance = hub.instances.find(id);
    if (instance?.status === "Completed") return rawJson(200, instance.output ?? "null");
    if (instance !== undefined && FINISHED.has(instance.status)) {
      return readInstance({ query: new URLSearchParams() }, id, needs);
    }
    const now = clock.now();
    if (now >= until) return undefined;
    await sleepUntil(Math.min(now + intervalMs, until));
  }
}
