import { type Approval, requestOf } from "./approval.ts";
import {
  connectionsOf,
  endpointOf,
  instancesOf,
  leftovers,
  putsOf,
  stepsBegun,
  trailsOf,
} from "./evidence.ts";
import { holdsWithin } from "./patience.ts";
import { faultsIn, type Verdict, verdictOf } from "./verdict.ts";
import type { World } from "./world.ts";

interface Known {
  /** What is known to be lost: a sentence for each message. */
  readonly lostMessages?: readonly string[];
  /** Activities that were begun for other approvals than these. */
  readonly stepsBefore?: number;
}

/** Looks at a world from outside, until there is nothing to find fault with or no hope that it gets better. */
export async function judge(
  world: World,
  approvals: readonly Approval[],
  known: Known = {},
): Promise<Verdict> {
  let verdict = await look(world, approvals, known);
  await holdsWithin(async () => {
    if (faultsIn(verdict).length > 0) verdict = await look(world, approvals, known);
    return faultsIn(verdict).length === 0;
  });
  return verdict;
}

async function look(
  world: World,
  approvals: readonly Approval[],
  { lostMessages = [], stepsBefore = 0 }: Known,
): Promise<Verdict> {
  const connections = new Map((await connectionsOf(world)).map((one) => [endpointOf(one.name), one]));
  const ids = new Map<string, string>();
  for (const approval of approvals) {
    if (connections.has(approval.name)) ids.set(approval.name, await requestOf(world, approval));
  }
  const puts = Map.groupBy(await putsOf(world), ({ connection }) => endpointOf(connection));
  const trails = await trailsOf(world);
  const instances = await instancesOf(world, [...ids.values()]);
  const evidence = approvals.map(({ name, by }) => {
    const id = ids.get(name) ?? "";
    return {
      name,
      by,
      status: connections.get(name)?.status,
      puts: puts.get(name) ?? [],
      trail: trails.get(id) ?? [],
      instance: instances.get(id),
    };
  });
  return verdictOf(evidence, stepsBegun(world.output()) - stepsBefore, [
    ...lostMessages,
    ...(await leftovers(world)),
  ]);
}
