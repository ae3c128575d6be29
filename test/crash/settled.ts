import { type Approval, requestOf } from "./approval.ts";
import { holdsWithin } from "./patience.ts";
import type { World } from "./world.ts";

/** Waits until the request is closed; when it is not in time, a sweep has to find the connection. */
export async function settled(world: World, approval: Approval): Promise<{ readonly neededSweep: boolean }> {
  const path = `/api/requests/${await requestOf(world, approval)}`;
  const isClosed = async () => {
    const { body } = await world.api.as("ana").get(path);
    return (body as { state: string }).state === "closed";
  };
  if (await holdsWithin(isClosed)) return { neededSweep: false };
  await world.sweep();
  await holdsWithin(isClosed);
  return { neededSweep: true };
}
