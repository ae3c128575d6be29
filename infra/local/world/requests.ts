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
      endpoint: z.string().nullable(),
      consumer: z.string().nullable(),
    }),
  ),
});
type ListedRequest = z.infer<typeof RequestPage>["requests"][number];

const WholeRequest = z.object({
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
});

/** One request, as the app's API shows it. */
export type ShownRequest = z.infer<typeof WholeRequest>;

/** The app's newest requests, as a list shows them; only the waiting ones where asked for. */
export const listRequests = async (
  endpoints: Endpoints,
  state?: "waiting",
): Promise<readonly ListedRequest[]> =>
  RequestPage.parse(await get(endpoints, `requests${state === undefined ? "" : `?state=${state}`}`)).requests;

/** Some of the requests that a list shows, whole. */
export const readRequests = async (
  endpoints: Endpoints,
  listed: readonly Pick<ListedRequest, "id">[],
): Promise<readonly ShownRequest[]> =>
  Promise.all(listed.map(async ({ id }) => WholeRequest.parse(await get(endpoints, `requests/${id}`))));

/** Reads with a reader's token. @throws when the app does not answer as its API says */
async function get(endpoints: Endpoints, path: string): Promise<unknown> {
  const token = await personToken(endpoints, "cy", endpoints.audience);
  const response = await reach("The app", `${endpoints.app}/api/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`GET /api/${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
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
      const found = await readRequests(endpoints, pick(await listRequests(endpoints), privateEndpointIds));
      if (timeIsUp || (found.length === privateEndpointIds.length && found.every(isSettled))) return found;
    } catch (error) {
      if (timeIsUp) throw error;
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

/** Those of these private endpoints, in their order; ARM ignores case in resource IDs. */
function pick(requests: readonly ListedRequest[], privateEndpointIds: readonly string[]): ListedRequest[] {
  return privateEndpointIds.flatMap((id) => {
    const [, , subscription, , , , , , name] = id.toLowerCase().split("/");
    return requests.filter(({ endpoint, consumer }) => endpoint === name && consumer === subscription);
  });
}
