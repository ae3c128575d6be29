import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { Endpoints } from "../supervisor/endpoints.ts";
import { reach } from "./reach.ts";
import { personToken } from "./tokens.ts";

const POLL_MS = 250;

const RequestPage = z.object({
  requests: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      connectionId: z.string(),
      privateEndpointId: z.string().nullable(),
      ask: z
        .object({
          seq: z.int(),
          requirement: z.object({ requirements: z.array(z.object({ groups: z.array(z.string()) })) }),
        })
        .nullable(),
      closure: z.object({ outcome: z.string() }).nullable(),
    }),
  ),
});

/** One request, as the app's API shows it. */
export type ShownRequest = z.infer<typeof RequestPage>["requests"][number];

/**
 * The app's newest requests, read with a reader's token; only the waiting ones where asked for.
 * @throws when the app does not answer as its API says
 */
export async function readRequests(
  endpoints: Endpoints,
  state?: "waiting",
): Promise<readonly ShownRequest[]> {
  const token = await personToken(endpoints, "cy", endpoints.audience);
  const filter = state === undefined ? "" : `?state=${state}`;
  const response = await reach("The app", `${endpoints.app}/api/requests${filter}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok)
    throw new Error(`GET /api/requests answered ${response.status}: ${await response.text()}`);
  return RequestPage.parse(await response.json()).requests;
}

/** Whether nothing more happens to a request by itself. */
function isSettled({ state }: ShownRequest): boolean {
  return state === "waiting" || state === "deferred" || state === "closed";
}

/**
 * The requests of these private endpoints, once each is settled or the time is up; those not seen are missing. An app
 * that does not answer is asked again, because a moment later it may have been restarted.
 */
export async function waitForRequests(
  endpoints: Endpoints,
  privateEndpointIds: readonly string[],
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly ShownRequest[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const timeIsUp = Date.now() > deadline;
    try {
      const found = pick(await readRequests(endpoints), privateEndpointIds);
      if (timeIsUp || (found.length === privateEndpointIds.length && found.every(isSettled))) return found;
    } catch (error) {
      if (timeIsUp) throw error;
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

/** Those of these private endpoints, in their order; ARM ignores case in resource IDs. */
function pick(requests: readonly ShownRequest[], privateEndpointIds: readonly string[]): ShownRequest[] {
  return privateEndpointIds.flatMap((id) =>
    requests.filter(({ privateEndpointId }) => privateEndpointId?.toLowerCase() === id.toLowerCase()),
  );
}
