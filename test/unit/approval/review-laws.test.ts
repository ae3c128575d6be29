import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOf, reviewEntries } from "../../../shared/approval/review.ts";
import { amend } from "../../../shared/request/ledger.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { Approver } from "../../../shared/request/self-review.ts";
import { aTrail, NINE, PLATFORM } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, aRequirement, asked, assessed, bo, cy, stranger } from "../../fixtures/entries.ts";
import { asking, no, said, seen, yes } from "../../fixtures/reviews.ts";

const opinion = fc.constantFrom(yes, no);

describe("laws of reviewing", () => {
  const people = [
    ana,
    bo,
    cy,
    stranger,
    { ...stranger, oid: "00000000-0000-4000-8000-000000000008" },
  ] as const;
  const person = fc.constantFrom<Approver>(...people);

  test("a person who was not asked can neither settle nor change anything", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(person, opinion), { maxLength: 6 }), (reviews) => {
        const request = asking(aRequirement({ quorum: 2 }));
        const invited = reviews.filter(([{ groups }]) => groups.includes(PLATFORM));

        expect(said(request, ...reviews)).toEqual(said(request, ...invited));
      }),
    );
  });

  test("the order in which approvals come never changes the outcome", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([ana, bo, cy]), fc.integer({ min: 1, max: 3 }), (approving, quorum) => {
        const request = said(
          asking(aRequirement({ quorum })),
          ...approving.map((by): [Approver, typeof yes] => [by, yes]),
        );

        expect(request.state).toBe(approving.length >= quorum ? "applying" : "waiting");
      }),
    );
  });
});

describe("two approvers at the same moment", () => {
  const reviewBy = (desk: Desk, request: ApprovalRequest, person: Approver, answer: typeof yes | typeof no) =>
    amend(desk.needs.ledger, request.id, (now) =>
      reviewEntries(now, person, seen(now, answer), desk.clock.now()),
    ).then((change) => change.request);

  test("one of them decides, and the other sees who it was and when", async () => {
    const desk = new Desk();
    const request = await desk.file(aTrail({}, assessed(), asked()));

    const [first, second] = await Promise.all([
      reviewBy(desk, request, ana, yes),
      reviewBy(desk, request, bo, no),
    ]);

    expect(await desk.kinds(request.id)).toEqual(["received", "assessed", "asked", "reviewed", "decided"]);
    expect(second).toEqual(first);
    expect(refusalOf(second, bo, seen(second, no), NINE)).toEqual({
      code: "alreadyDecided",
      decision: "approve",
      by: '"Ana" (00000000…)',
      at: NINE,
    });
  });

  test("law: however their calls interleave, there is one decision, by one of them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(fc.constantFrom(ana, bo, cy), opinion), { minLength: 2, maxLength: 4 }),
        async (scheduler, reviews) => {
          const desk = new Desk({
            through: (verb, call) => scheduler.schedule(Promise.resolve(), verb).then(call),
          });
          const request = await desk.file(aTrail({}, assessed(), asked()));

          await scheduler.waitFor(
            Promise.all(reviews.map(([by, answer]) => reviewBy(desk, request, by, answer))),
          );

          const kinds = await desk.kinds(request.id);
          expect(kinds.filter((kind) => kind === "decided")).toHaveLength(1);
          expect(kinds).toEqual(["received", "assessed", "asked", "reviewed", "decided"]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
