import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBudgets } from "../../../shared/azure/budgets.ts";
import { fairConnections } from "../../../shared/azure/fair-connections.ts";
import type { ConnectionId } from "../../../shared/connection/arm-id.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import type { Purpose } from "../../../shared/connection/turn.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aClusterId, aConnection, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
const idOf = (n: number): ConnectionId => aConnectionId(`pe-${n}.1`);

/** A cluster with many connections, and the app's calls to it at AKS's own rates. */
function aWave(many = 60) {
  const connections = Array.from({ length: many }, (_, n) =>
    aConnection({ id: idOf(n), endpoint: anEndpoint(`pe-${n}`) }),
  );
  const world = new ArmWorld().put(aCluster(), ...connections);
  const budgets = createBudgets({
    aks: { burst: 60, perSecond: 1 },
    armReads: { burst: 250, perSecond: 25 },
  });
  const fair = fairConnections(world.connections, budgets);
  const as = (consumer: string, purpose: Purpose = "look") => fair.inTurnOf({ consumer, purpose });
  /** Reads until there is no more room. */
  const use = async () => {
    while (!fair.isShort(aClusterId())) await as("other").read(idOf(0));
    world.calls.length = 0;
  };
  return { world, fair, as, use };
}

describe("a look at a connection", () => {
  test("is a read of its own while there is room", async () => {
    const { world, as } = aWave();

    expect(await as("a").look(idOf(1))).toMatchObject({ id: idOf(1) });

    expect(world.calls).toEqual(["readConnection"]);
  });

  test("shares a list when limits are short: one serves all who asked before it began", async () => {
    const { world, as, use } = aWave();
    await use();

    const looks = Promise.all(["a", "b", "c", "d"].map((consumer, n) => as(consumer).look(idOf(n))));
    await seconds(3);

    expect((await looks).map((found) => found?.id)).toEqual([0, 1, 2, 3].map(idOf));
    expect(world.calls).toEqual(["listConnections"]);
  });

  test("is never older than its question", async () => {
    const { world, as, use } = aWave();
    await use();
    const first = as("a").look(idOf(1));
    await seconds(3);
    await first;
    world.change(idOf(1), { description: "Changed" });

    const second = as("a").look(idOf(1));
    await seconds(3);

    expect(await second).toMatchObject({ description: "Changed" });
  });

  test("that a list does not answer is a read of its own", async () => {
    const { world, as, use } = aWave();
    await use();
    world.remove(idOf(1));

    const look = as("a").look(idOf(1));
    await seconds(3);

    expect(await look).toBeNull();
    expect(world.calls).toEqual(["listConnections", "readConnection"]);
  });

  test("waits only for a few of one consumer; the others are told when to come again", async () => {
    const { as, use } = aWave();
    await use();

    const looks = Promise.allSettled(Array.from({ length: 20 }, (_, n) => as("many").look(idOf(n))));
    const neighbours = as("one").look(idOf(30));
    await seconds(3);

    const refused = (await looks).filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(12);
    expect(refused[0]).toMatchObject({ reason: { code: "THROTTLED", isTurn: true } });
    expect(await neighbours).toMatchObject({ id: idOf(30) });
  });
});

describe("a list", () => {
  test("for a look does not wait for what is kept for the sweep", async () => {
    const { world, as, use } = aWave();
    await use();
    const sweeps = Promise.allSettled(Array.from({ length: 9 }, () => as("s", "sweep").read(idOf(0))));
    await seconds(0);
    world.calls.length = 0;
    const swept = Promise.allSettled([as("", "sweep").list(aClusterId())]);

    const looked = as("", "look").list(aClusterId());
    await seconds(0.1);

    expect(world.calls).toEqual(["listConnections"]);
    expect((await looked)?.items).toHaveLength(60);
    await seconds(5);
    await Promise.all([sweeps, swept]);
  });
});

describe("the budget", () => {
  test("keeps room for answers, however much is looked at", async () => {
    const { world, as } = aWave();
    const reads = Promise.allSettled(Array.from({ length: 200 }, (_, n) => as(`c-${n}`).read(idOf(0))));
    await seconds(1);

    const written = Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        as("a", "answer").answer(
          aConnection({ id: idOf(n), endpoint: anEndpoint(`pe-${n}`) }),
          "Approved",
          "x",
        ),
      ),
    );
    await seconds(0);

    await written;
    expect(world.puts).toHaveLength(5);
    await seconds(10);
    await reads;
  });

  test("keeps room for the sweep: in a flood it sees what there is", async () => {
    const { world, as } = aWave(2_000);
    const flood = Promise.allSettled(
      Array.from({ length: 500 }, (_, n) => as(`c-${n}`, n % 2 === 0 ? "answer" : "look").read(idOf(0))),
    );
    await seconds(1);
    world.calls.length = 0;

    const listed = as("", "sweep").list(aClusterId());
    await seconds(0.1);

    expect((await listed)?.items).toHaveLength(2_000);
    await seconds(10);
    await flood;
  });

  test("is never overdrawn: at most a tenth less than what AKS allows", async () => {
    const { world, as } = aWave();

    const reads = Promise.allSettled(
      Array.from({ length: 300 }, (_, n) => as(`c-${n}`, n % 2 === 0 ? "answer" : "look").read(idOf(0))),
    );
    await seconds(10);
    await reads;

    expect(world.calls.length).toBeLessThanOrEqual(54 + 10);
    expect(world.calls.length).toBeGreaterThan(45);
  });

  test("learns from ARM's 429 that others use the same limit", async () => {
    const { world, as, fair } = aWave();
    world.trouble("readConnection", new Fault("THROTTLED", "Slow.", { retryAfterMs: 20_000 }));
    await expect(as("a").read(idOf(0))).rejects.toThrow("Slow.");
    world.calls.length = 0;

    const [next] = await Promise.all([Promise.allSettled([as("a").read(idOf(0))]), seconds(4)]);
    const isShort = fair.isShort(aClusterId());

    expect([next[0]?.status, isShort, world.calls]).toEqual(["rejected", true, []]);
    await seconds(25);
    expect(await as("a", "answer").read(idOf(0))).not.toBeNull();
  });
});
