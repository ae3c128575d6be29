import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { insist } from "./patience.ts";
import type { World } from "./world.ts";

const State = z.object({
  connections: z.array(
    z.object({ name: z.string(), clusterId: z.string(), privateEndpointId: z.string(), status: z.string() }),
  ),
  eventsWaiting: z.number(),
});
const Log = z.object({
  value: z.array(z.object({ method: z.string(), path: z.string(), effective: z.boolean() })),
});
const Page = z.object({
  records: z.array(z.object({ requestId: z.string(), seq: z.number(), kind: z.string() })),
  nextCursor: z.string().nullable(),
});
const Instance = z.object({
  runtimeStatus: z.string(),
  historyEvents: z.array(z.object({ EventType: z.string() })),
});

/** A connection as ARM shows it. */
export type Connection = z.infer<typeof State>["connections"][number];
/** An audit record, as far as its place in its trail goes. */
export type TrailRecord = z.infer<typeof Page>["records"][number];
/** A write to a connection. */
export interface Put {
  readonly connection: string;
  readonly effective: boolean;
}
/** An orchestration: its status, and how many activities it has had a result of. */
export interface Instance {
  readonly status: string;
  readonly steps: number;
}

/** How the history shows an activity that has ended; its schedule is told by the same entry. */
const ENDED = ["TaskCompleted", "TaskFailed"];

/** A connection's name is that of its endpoint, a dot and a GUID. */
export const endpointOf = (connection: string): string => connection.split(".")[0] ?? "";

export const connectionsOf = async (world: World): Promise<readonly Connection[]> =>
  State.parse(await insist(() => world.arms("GET", "state"))).connections;

/** The writes in ARM's own log, which gets its line in the transaction of the effect. */
export async function putsOf(world: World): Promise<readonly Put[]> {
  const { value } = Log.parse(await insist(() => world.arms("GET", "requests")));
  return value
    .filter(({ method, path }) => method === "PUT" && /\/privateEndpointConnections\//i.test(path))
    .map(({ path, effective }) => ({ connection: path.split("/").at(-1) ?? "", effective }));
}

/** Every record that the app has, in order, by request. */
export async function trailsOf({ api }: World): Promise<ReadonlyMap<string, readonly TrailRecord[]>> {
  const records: TrailRecord[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path: string = `/api/audit?limit=200${cursor && `&cursor=${cursor}`}`;
    const page = Page.parse((await insist(() => api.as("cy").get(path))).body);
    records.unshift(...page.records.reverse());
    cursor = page.nextCursor;
  }
  return Map.groupBy(records, ({ requestId }) => requestId);
}

/** What the task hub says; an orchestration that it does not know is not in the map. */
export async function instancesOf(
  world: World,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Instance>> {
  const query = new URLSearchParams({ code: systemKey(world), showHistory: "true" });
  const instances = new Map<string, Instance>();
  for (const id of ids) {
    const path = `/runtime/webhooks/durabletask/instances/${id}?${query}`;
    const { status, body } = await insist(() => world.api.send(path));
    if (status === 404) continue;
    const { runtimeStatus, historyEvents } = Instance.parse(body);
    const steps = historyEvents.filter(({ EventType }) => ENDED.includes(EventType)).length;
    instances.set(id, { status: runtimeStatus, steps });
  }
  return instances;
}

/** Messages that were given up on, and events that wait for their next try or were given up on: late, but kept. */
export async function setAside({ queue, folder }: World): Promise<readonly string[]> {
  const [dead, quarantined] = await insist(() =>
    queue((looked) => Promise.all([looked.deadLettered(), looked.quarantined()])),
  );
  const grid = join(folder, "data/cloud/event-grid.sqlite");
  return [
    ...[...dead, ...quarantined].map(({ messageId }) => String(messageId)),
    ...valuesIn(grid, "SELECT event AS value FROM deliveries UNION ALL SELECT event FROM dead_letters"),
  ];
}

/** What a service accepted and should have handed on by now, a sentence for each. */
export async function leftovers(world: World): Promise<readonly string[]> {
  const { eventsWaiting } = State.parse(await insist(() => world.arms("GET", "state")));
  const messages = await insist(() => world.queue((queue) => queue.waiting()));
  return [
    ...(messages === 0 ? [] : [`${messages} messages wait in the queue`]),
    ...(eventsWaiting === 0 ? [] : [`${eventsWaiting} events wait in ARM`]),
  ];
}

/** Activities that the host has said it begins. */
export const stepsBegun = (output: string): number =>
  [...output.matchAll(/ \[(assess|ask|followUp|apply|announce|giveUp)\] Started/g)].length;

/** The key of the task hub's management API; in Azure, the portal shows it. */
function systemKey({ folder }: World): string {
  const file = join(folder, "data/app/functions-host.sqlite");
  const [key] = valuesIn(file, "SELECT value FROM system_key WHERE name = 'durabletask'");
  if (key === undefined) throw new Error("The task hub has no key.");
  return key;
}

/** Looks into the file of a service, for what no interface tells. */
function valuesIn(file: string, sql: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map(({ value }) => String(value));
  } finally {
    database.close();
  }
}
