import fc from "fast-check";
import { expect, test } from "vitest";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import type { Policy } from "../../../shared/policy/index.ts";
import { accountOf } from "../../../shared/request/account.ts";
import { ApprovalRequest } from "../../../shared/request/request.ts";
import { reassess } from "../../../shared/workflow/reassess.ts";
import { reopen } from "../../../shared/workflow/reopen.ts";
import { retry } from "../../../shared/workflow/retry.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aPolicy,
  aPolicyWith,
  DAY,
  ESCALATES,
  FREEZE,
  HOUR,
  MINUTE,
  REJECTS,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, bo } from "../../fixtures/entries.ts";
import { reviewAsSeen } from "../../fixtures/reviews.ts";

const { id: CONNECTION, privateEndpointId, clusterId } = aConnection();
const ID = requestIdOf(CONNECTION, privateEndpointId);
const answer = (said: "approve" | "reject") => ({ review: said, reason: "looked at it" });

type Act = (desk: Desk) => unknown;

const under =
  (policy: Policy): Act =>
  (desk) => {
    desk.putInForce(policy);
  };

const roundOf = async (desk: Desk) => ({ requestId: ID, round: (await desk.request(ID)).round });

/** Everything that can happen to a request, by the app, by people, by time and at ARM. */
const ACTS: readonly Act[] = [
  (desk) => followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "sweep"),
  (desk) => followHint(desk.intake, { kind: "cluster", clusterId }, "sweep"),
  async (desk) => desk.activities.assess({ ...(await roundOf(desk)), tries: NO_TRIES }),
  async (desk) => desk.activities.apply({ ...(await roundOf(desk)), tries: NO_TRIES }),
  async (desk) =>
    desk.activities.apply({ ...(await roundOf(desk)), tries: { throttled: 99, forbidden: 4, failed: 11 } }),
  async (desk) => desk.activities.followUp({ ...(await roundOf(desk)), now: desk.clock.now() }),
  async (desk) => desk.activities.giveUp({ ...(await roundOf(desk)), status: null }),
  async (desk) => reassess(desk.intake, await desk.request(ID)),
  (desk) => reviewAsSeen(desk.people, ID, ana, answer("approve")),
  (desk) => reviewAsSeen(desk.people, ID, bo, answer("reject")),
  (desk) => reviewAsSeen(desk.people, ID, ana, { review: "withdraw", reason: "" }),
  (desk) => reviewAsSeen(desk.people, ID, ana, answer("reject")),
  (desk) => reopen(desk.people, ID, ana),
  (desk) => retry(desk.people, ID, ana),
  (desk) => followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "message"),
  (desk) => desk.deliver(),
  (desk) => desk.clock.advance(MINUTE),
  (desk) => desk.clock.advance(6 * MINUTE),
  (desk) => desk.clock.advance(HOUR),
  (desk) => desk.clock.advance(DAY),
  (desk) => desk.world.remove(CONNECTION),
  (desk) => desk.world.remove(clusterId),
  (desk) => void desk.world.put(aCluster(), aConnection()),
  (desk) => desk.world.change(CONNECTION, { privateEndpoint: null, privateEndpointId: null }),
  (desk) => desk.world.change(CONNECTION, { description: `Approved by evil [${ID}]` }),
  async (desk) =>
    desk.activities.apply({ ...(await roundOf(desk)), tries: { throttled: 4, forbidden: 4, failed: 6 } }),
  (desk) => desk.world.trouble("answer", new Fault("UNREADABLE", "A page."), { when: "after" }),
  (desk) => desk.world.trouble("answer", new Fault("BLOCKED", "Locked.", { armCode: "ScopeLocked" })),
  (desk) => desk.world.change(CONNECTION, { description: "for payroll" }),
  (desk) => desk.world.change(CONNECTION, { status: "Rejected" }),
  (desk) => desk.world.trouble("answer", new Fault("UNREACHABLE", "lost"), { when: "after" }),
  (desk) => desk.world.trouble("answer", new Fault("REFUSED", "No.")),
  (desk) => desk.world.trouble("readConnection", new Fault("UNREACHABLE", "away")),
  under(aPolicy()),
  under(aPolicy(APPROVES)),
  under(aPolicy(REJECTS)),
  under(aPolicy(ESCALATES)),
  under(aPolicyWith([FREEZE], APPROVES)),
  under(aPolicyWith(["mode: shadow"], APPROVES)),
];

test("law: whatever happens, also at once, every record may follow and proves who wrote it, and the request is their sum", async () => {
  const together = fc.uniqueArray(fc.constantFrom(...ACTS), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(together, { maxLength: 40 }), async (steps) => {
      const desk = new Desk({ policy: aPolicy(), world: new ArmWorld().put(aCluster(), aConnection()) });
      await followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "sweep");
      for (const acts of steps) {
        const done = await Promise.allSettled(acts.map(async (act) => act(desk)));

        for (const one of done) if (one.status === "rejected") expect(one.reason).toBeInstanceOf(Fault);
        const request = await desk.request(ID);
        const trail = await desk.store.trail(ID);
        expect(await accountOf(desk.needs.ledger, ID)).toEqual({ kind: "sound", request, trail });
        expect(trail.map(({ kind }) => kind)).not.toContain("distrusted");
        expect(ApprovalRequest.parse(request)).toEqual(request);
      }
    }),
    { numRuns: 60 },
  );
});
