import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reviewEntries } from "../../../shared/approval/review.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import { amend } from "../../../shared/request/ledger.ts";
import { project } from "../../../shared/request/life.ts";
import type { AuditRecord } from "../../../shared/request/record.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
import type { DecisionKind } from "../../../shared/request/terms.ts";
import { reassess } from "../../../shared/workflow/reassess.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  APPROVES,
  aCluster,
  aConnection,
  aPolicy,
  aPolicyWith,
  aRequest,
  DAY,
  ESCALATES,
  FREEZE,
  HOUR,
  MINUTE,
  REJECTS,
  SECURITY,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, bo, stranger } from "../../fixtures/entries.ts";
import { seen } from "../../fixtures/reviews.ts";

const { id: CONNECTION, privateEndpointId } = aConnection();
const ID = requestIdOf(CONNECTION, privateEndpointId);

const SHADOW = aPolicyWith(["mode: shadow"], APPROVES);
const POLICIES = [
  aPolicy(),
  aPolicy(APPROVES),
  aPolicy(REJECTS),
  aPolicy(ESCALATES),
  aPolicyWith([FREEZE], APPROVES),
  SHADOW,
] as const;
const sam: Approver = { ...stranger, groups: [SECURITY] };

type Step = (desk: Desk) => Promise<unknown>;

const look: Step = (desk) =>
  followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "sweep");
const work: Step = (desk) => desk.live(ID);
const reassessing: Step = async (desk) => reassess(desk.intake, await desk.request(ID));
const wake: Step = async (desk) => {
  const { round } = await desk.request(ID);
  await desk.activities.followUp({ requestId: ID, round, now: desk.clock.now() });
};
const pass =
  (ms: number): Step =>
  async ({ clock }) =>
    clock.advance(ms);
const review =
  (by: Approver, word: DecisionKind): Step =>
  (desk) =>
    amend(desk.needs.ledger, ID, (now) =>
      reviewEntries(now, by, seen(now, { review: word, reason: "seen" }), desk.clock.now()),
    );
const reword =
  (message: string): Step =>
  async ({ world }) => {
    if (world.shown(CONNECTION)?.status === "Pending") world.change(CONNECTION, { description: message });
  };

/** Anything that may happen to a request, but for a change of the policy. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(look, work, reassessing, wake) },
  { weight: 2, arbitrary: fc.constantFrom(pass(HOUR), pass(DAY)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(review(ana, "approve"), review(bo, "reject"), review(sam, "approve")),
  },
  { weight: 1, arbitrary: fc.constantFrom(reword("for payroll"), reword("for payments")) },
);
const change = fc.constantFrom(...POLICIES).map(
  (policy): Step =>
    async (desk) => {
      desk.putInForce(policy);
    },
);
const lives = fc.array(fc.oneof({ weight: 5, arbitrary: happening }, { weight: 2, arbitrary: change }), {
  maxLength: 40,
});

async function live(steps: readonly Step[], policy = aPolicy()): Promise<Desk> {
  const desk = new Desk({ policy, world: new ArmWorld().put(aCluster(), aConnection()) });
  await look(desk);
  for (const step of steps) await step(desk);
  return desk;
}

/** A step that may be put off by a policy that does not reject yet. */
const patiently =
  (step: Step): Step =>
  (desk) =>
    step(desk).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== "HELD") throw error;
    });

/** What is being written, where a policy rejects that may not do so yet. */
async function rejectedEarly(desk: Desk): Promise<string[]> {
  const { decision } = await desk.request(ID);
  const { rejectsFrom } = await desk.needs.policies.inForce();
  const isEarly = rejectsFrom === null || Date.parse(desk.clock.now()) < Date.parse(rejectsFrom);
  return decision?.decision === "reject" && decision.by.kind === "rule" && isEarly ? [decision.reason] : [];
}

/** The verdict that a rule's decision rests on. */
const verdictBefore = (trail: readonly AuditRecord[], seq: number): string | undefined => {
  const record = trail.findLast((one) => one.kind === "assessed" && one.seq < seq);
  return record?.kind === "assessed" ? record.verdict.kind : undefined;
};

describe("law: whatever happens, in whatever order, under whatever policies", () => {
  test("the request is the sum of its records, and ARM is written to once, by a decision that is on record", async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        const desk = await live(steps);

        const trail = await desk.store.trail(ID);
        expect(trail.map(({ seq }) => seq)).toEqual(trail.map((_record, index) => index + 1));
        const sum = trail
          .slice(1)
          .reduce<ApprovalRequest>((now, record) => project(now, record), aRequest({ source: "sweep" }));
        expect(await desk.request(ID)).toEqual(sum);
        const effective = desk.world.puts.filter(({ changed }) => changed);
        expect(effective.length).toBeLessThanOrEqual(1);
        for (const record of trail) {
          if (record.kind !== "decided" || record.actor.kind !== "rule") continue;
          expect(verdictBefore(trail, record.seq)).toBe(record.decision);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("no policy's rejection is written before that policy has been in force for ten minutes", async () => {
    const soon = fc.constantFrom(pass(MINUTE), pass(9 * MINUTE), look, reassessing, work, wake);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(soon, soon, happening, change), { maxLength: 40 }),
        async (steps) => {
          const early: string[] = [];
          const desk: Desk = new Desk({
            policy: aPolicy(),
            rejectionDelayMs: 10 * MINUTE,
            world: new ArmWorld().put(aCluster(), aConnection()),
            through: async (verb, call) => {
              if (verb === "connections.answer") early.push(...(await rejectedEarly(desk)));
              return call();
            },
          });
          await look(desk);
          for (const step of steps) await patiently(step)(desk);

          expect(early).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("as long as the policy is in shadow, nothing is written, and nobody is told", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (steps) => {
        const desk = await live(steps, SHADOW);

        expect(desk.world.puts).toEqual([]);
        expect(desk.notices).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("nothing is stuck: once a policy that approves is in force, and everybody has looked, the request is closed", async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        const desk = await live(steps);

        desk.putInForce(aPolicy(APPROVES));
        for (const step of [look, work, reassessing, work]) await step(desk);

        const { state, closure } = await desk.request(ID);
        const outcome = closure?.outcome;
        expect(state).toBe("closed");
        expect(["approved", "rejected", "expired"]).toContain(outcome);
        if (outcome === "expired") expect(desk.world.shown(CONNECTION)?.status).toBe("Pending");
      }),
      { numRuns: 60 },
    );
  });
});
