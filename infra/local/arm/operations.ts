import { randomUUID } from "node:crypto";
import type { Answer, Behaviour, Call, World } from "./call.ts";
import { OPERATION_MS } from "./constants.ts";
import { notFound } from "./errors.ts";
import type { Cluster } from "./store.ts";

/** Answers 202 with both of ARM's polling links. What the operation does is already done. */
export function startOperation(
  world: World,
  call: Call,
  { location }: Cluster,
  lastsMs: number = OPERATION_MS,
): Answer {
  const scope = `/subscriptions/${call.parameters.subscription}/providers/Microsoft.ContainerService/locations/${location}`;
  const name = randomUUID();
  const query = `api-version=${call.query.get("api-version")}`;
  world.store.operations.put(`${scope}/operations/${name}`, {
    id: `${scope}/operations/${name}`,
    startedAt: call.now,
    endsAt: call.now + lastsMs,
  });
  return {
    status: 202,
    headers: {
      "azure-asyncoperation": `${world.origin}${scope}/operations/${name}?${query}`,
      location: `${world.origin}${scope}/operationresults/${name}?${query}`,
    },
  };
}

/** Where `Azure-AsyncOperation` points: 200 with a status. */
export const getOperation: Behaviour = (world, call) => {
  const { id, startedAt, endsAt } = operationOf(world, call);
  const done = call.now >= endsAt;
  const startTime = new Date(startedAt).toISOString();
  return {
    status: 200,
    body: {
      id,
      name: call.parameters.operation,
      startTime,
      ...(done ? { status: "Succeeded", endTime: new Date(endsAt).toISOString() } : { status: "InProgress" }),
    },
  };
};

/** Where `Location` points: 202 until it is done, then 204, because a deletion has no result. */
export const getOperationResult: Behaviour = (world, call) => ({
  status: call.now >= operationOf(world, call).endsAt ? 204 : 202,
});

function operationOf(world: World, call: Call) {
  const { subscription, location, operation } = call.parameters;
  const scope = `/subscriptions/${subscription}/providers/Microsoft.ContainerService/locations/${location}`;
  const found = world.store.operations.get(`${scope}/operations/${operation}`);
  if (!found) throw notFound("Microsoft.ContainerService/locations/operations", operation, "");
  return found;
}
