import fc from "fast-check";
import { expect, test } from "vitest";
import { isQuorate } from "../../../shared/approval/quorum.ts";
import { requestIdOf } from "../../../shared/connection/connection.ts";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import { reassess } from "../../../shared/workflow/reassess.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aConnection, aPolicyWith, HOUR, MINUTE } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, bo, cy, stranger } from "../../fixtures/entries.ts";
import { aFactSources } from "../../fixtures/fact-sources.ts";
import { reviewAsSeen } from "../../fixtures/reviews.ts";

const { id: CONNECTION, privateEndpointId } = aConnection();
const ID = requestIdOf(CONNECTION, privateEndpointId);
const PEOPLE = [ana, bo, cy];

/** @param others rules that say nothing about the request, for another hash */
const policyOf = (quorum: number, whenUnknown: number, ...others: readonly string[]) =>
  aPolicyWith(
    [`whenUnknown: { ask: { approvers: [platform], quorum: ${whenUnknown}, timeout: 1d } }`],
    `{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: [platform], quorum: ${quorum}, timeout: 1d, preventSelfReview: true } } }`,
    ...others,
  );
const UNRELATED = "{ name: unrelated, when: { cluster: { tags: { env: test } } }, then: approve }";

const acts = fc.array(
  fc.oneof(
    fc.record({ by: fc.constantFrom(...PEOPLE), review: fc.constantFrom("approve", "approve", "withdraw") }),
    fc.constantFrom("follow up", "azure knows", "azure knows", "write", "another policy", "another policy"),
  ),
  { maxLength: 14 },
);

test("law: whoever asked, and whenever that becomes known, as many others as the quorum have approved what is approved, and enough of them are never kept waiting", async () => {
  await fc.assert(
    fc.asyncProperty(
      acts,
      fc.constantFrom(ana, bo, cy, stranger),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 2 }),
      async (done, asker, quorum, whenUnknown) => {
        let isKnown = false;
        let isOther = false;
        const whole = aFactSources({ creatorId: asker.oid });
        const creations = {
          of: async (...about: Parameters<typeof whole.creations.of>) =>
            isKnown ? whole.creations.of(...about) : null,
        };
        const desk = new Desk({
          policy: policyOf(quorum, whenUnknown),
          world: new ArmWorld().put(aCluster(), aConnection()),
          facts: { ...whole, creations },
        });
        await followHint(desk.intake, { kind: "connection", connectionId: CONNECTION }, "sweep");
        await desk.activities.assess({ requestId: ID, round: 1, tries: NO_TRIES });

        for (const act of done) {
          desk.clock.advance(MINUTE);
          if (act === "azure knows") isKnown = true;
          else if (act === "another policy") {
            isOther = !isOther;
            desk.putInForce(policyOf(quorum, whenUnknown, ...(isOther ? [UNRELATED] : [])));
            await reassess(desk.intake, await desk.request(ID));
          } else if (act === "follow up")
            await desk.activities.followUp({ requestId: ID, round: 1, now: desk.clock.now() });
          else if (act === "write") await desk.activities.apply({ requestId: ID, round: 1, tries: NO_TRIES });
          else await reviewAsSeen(desk.people, ID, act.by, { review: act.review, reason: "" } as const);
          const { state, ask } = await desk.request(ID);
          if (state === "waiting") expect(isQuorate(ask.requirement, ask.reviews)).toBe(false);
        }
        desk.clock.advance(HOUR);
        isKnown = true;
        await desk.activities.apply({ requestId: ID, round: 1, tries: NO_TRIES });

        const { closure, ask } = await desk.request(ID);
        expect(closure?.outcome ?? "open").toBe(desk.world.puts.length === 0 ? "open" : "approved");
        if (closure === null) return;
        const others = (ask?.reviews ?? []).filter(({ by }) => by.kind === "person" && by.oid !== asker.oid);
        expect(others.length).toBeGreaterThanOrEqual(quorum);
      },
    ),
    { numRuns: 150 },
  );
});
