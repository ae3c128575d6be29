import { expect, test } from "vitest";
import type { RequestId } from "../../shared/connection/connection.ts";
import { requestIdOf } from "../../shared/connection/connection.ts";
import { Fault } from "../../shared/connection/fault.ts";
import {
  APPROVES,
  aConnection,
  aConnectionId,
  anEndpoint,
  aPolicyWith,
  DAY,
  FREEZE,
  HOUR,
} from "../fixtures/builders.ts";
import { Life } from "./life.ts";

/** ARM's budget: so many calls at once, and then one a second. */
const BURST = 60;

/** Takes a call out of the budget, or throttles it as ARM does: with the time until there is a call again. */
function aBudget(now: () => number): () => void {
  let calls = BURST;
  let last = now();
  return () => {
    calls = Math.min(BURST, calls + (now() - last) / 1_000);
    last = now();
    if (calls < 1) throw new Fault("THROTTLED", "Too many requests.", { retryAfterMs: 1_000 });
    calls -= 1;
  };
}

/** Numbers in [0, 1) that look random and are the same in every run. */
function aDice(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test.each([[40], [100]])(
  "%d connections that a freeze held back are all approved within the hour",
  async (many) => {
    const connections = Array.from({ length: many }, (_none, n) =>
      aConnection({ id: aConnectionId(`pe-${n}.1`), endpoint: anEndpoint(`pe-${n}`) }),
    );
    const life: Life = new Life({
      policy: aPolicyWith([FREEZE], APPROVES),
      activityMs: 100,
      random: aDice(),
      through: async (verb, call) => {
        if (isFrozen) return call();
        if (verb === "connections.read" || verb === "connections.answer" || verb === "clusters.read") take();
        return call();
      },
    });
    let isFrozen = true;
    const take = aBudget(() => Date.parse(life.desk.clock.now()));
    for (const connection of connections) await life.begin(connection);
    await life.hub.run(2 * DAY - HOUR);
    isFrozen = false;

    await life.hub.run(2 * HOUR);

    const ids: RequestId[] = connections.map((one) => requestIdOf(one.id, one.privateEndpointId));
    const requests = await Promise.all(ids.map((id) => life.desk.request(id)));
    expect(requests.filter(({ closure }) => closure?.outcome !== "approved")).toEqual([]);
    expect(requests.filter(({ failures }) => failures > 0)).toEqual([]);
    expect(life.desk.world.puts).toHaveLength(many);
  },
  60_000,
);
