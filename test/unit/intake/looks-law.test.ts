import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import type { Connections } from "../../../shared/connection/port.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aClusterId, aConnection, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const HINTS = Array.from({ length: 12 }, (_, n) => n);
const endpointOf = (n: number) => PrivateEndpointId.parse(anEndpoint(`pe-${n}`));
const connectionOf = (n: number) => aConnection({ id: aConnectionId(`pe-${n}.1`), endpoint: endpointOf(n) });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets time pass, and the store finish what it was told meanwhile. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let n = 0; n < 12; n++) await turn();
}

/** What becomes of one list, as long as ARM is in trouble. */
const listing = fc.record({
  afterMs: fc.integer({ min: 0, max: 8_000 }),
  code: fc.constantFrom(null, "THROTTLED" as const, "UNREACHABLE" as const),
});

/** A cluster whose connections are all known, with ARM in this trouble. */
async function aTroubledDesk(
  listings: readonly { afterMs: number; code: "THROTTLED" | "UNREACHABLE" | null }[],
) {
  const world = new ArmWorld().put(aCluster(), ...HINTS.map(connectionOf));
  for (const n of HINTS) world.pointEndpoint(endpointOf(n), aClusterId());
  const desk = new Desk({ world });
  await followHint(desk.intake, { kind: "cluster", clusterId: aClusterId() }, "event");
  desk.orchestrations.started.length = 0;
  const left = [...listings];
  const list: Connections["list"] = async (cluster) => {
    const { afterMs, code } = left.shift() ?? { afterMs: 10, code: null };
    await pause(afterMs);
    if (code !== null) throw new Fault(code, "Not now.", { retryAfterMs: 1_000 });
    return world.connections.list(cluster);
  };
  const needs = { ...desk.intake, connections: { ...desk.intake.connections, list } };
  return { desk, needs };
}

/** A look that is tried again in memory stands in the way of what another one, whose message comes again, still owes. */
const OWED_BESIDE_A_RETRY: [{ afterMs: number; code: "THROTTLED" | "UNREACHABLE" | null }[], number[]] = [
  [
    { afterMs: 0, code: "THROTTLED" },
    { afterMs: 3_000, code: "UNREACHABLE" },
    { afterMs: 0, code: null },
    { afterMs: 0, code: "THROTTLED" },
    { afterMs: 1_000, code: "UNREACHABLE" },
    { afterMs: 0, code: "UNREACHABLE" },
    { afterMs: 0, code: null },
    { afterMs: 0, code: null },
  ],
  [0, 0, 0, 0, 0, 0, 1_274, 4_726, 0, 0, 0, 0],
];

test("law: a hint that was answered is served, whatever becomes of the lists and whoever shares them", async () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 5_000 }), {
    minLength: HINTS.length,
    maxLength: HINTS.length,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(listing, { minLength: 8, maxLength: 20 }), pauses, async (listings, before) => {
      const { desk, needs } = await aTroubledDesk(listings);
      /** As a queue does: what is thrown comes again. */
      const deliver = async (n: number): Promise<void> => {
        const hint = { kind: "privateEndpoint", privateEndpointId: endpointOf(n) } as const;
        const isAnswered = await followHint(needs, hint, "event").then(
          () => true,
          () => false,
        );
        if (isAnswered) return;
        await pause(3_000);
        await deliver(n);
      };

      const hints: Promise<void>[] = [];
      for (const n of HINTS) {
        await pass(before[n] ?? 0);
        hints.push(deliver(n));
      }
      for (let minute = 0; minute < 10; minute++) await pass(60_000);
      await Promise.all(hints);

      const served = new Set(desk.orchestrations.started);
      const all = HINTS.map(connectionOf).map(
        ({ id, privateEndpointId }) => `${requestIdOf(id, privateEndpointId)} round 1`,
      );
      expect(all.filter((request) => !served.has(request))).toEqual([]);
    }),
    { numRuns: 30, examples: [OWED_BESIDE_A_RETRY] },
  );
});
