import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isQuorate } from "../../../shared/approval/quorum.ts";
import { reopenRefusalOf } from "../../../shared/approval/reopen.ts";
import { refusalOf, requesterEntries, reviewEntries } from "../../../shared/approval/review.ts";
import { stillHolds } from "../../../shared/approval/still-holds.ts";
import { dueEntries } from "../../../shared/approval/wait.ts";
import type { ApprovalRequirement, Integration } from "../../../shared/policy/verdict.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import type { ProvedIntegration } from "../../../shared/request/self-review.ts";
import {
  aPolicyWith,
  aRequest,
  DAY,
  followed,
  HOUR,
  inState,
  later,
  PLATFORM,
} from "../../fixtures/builders.ts";
import { ana, aRequirement, asked, assessed, bo, judgementBy, stranger } from "../../fixtures/entries.ts";
import { asking, no, said, seen, yes } from "../../fixtures/reviews.ts";

const APP = "4f9c1e73-8d26-4a5b-9e10-6b3d7f2a8c16";
const OTHER_APP = "9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17";
const TICKETS: Integration = { name: "ticket-system", app: null, signed: true, mayReject: false };
const PIPELINE: Integration = { name: "pipeline", app: APP, signed: false, mayReject: true };

const demandOf = (...integrations: Integration[]): ApprovalRequirement["requirements"][number] => ({
  approvers: integrations.map(({ name }) => name),
  groups: [],
  quorum: 1,
  escalation: null,
  integrations,
});
const OF_PEOPLE = aRequirement().requirements;

const tickets = (differences: Partial<ProvedIntegration> = {}): ProvedIntegration => ({
  kind: "integration",
  name: "ticket-system",
  proof: { kind: "key", id: "0a1b2c3d" },
  messageId: "msg_1",
  externalId: "CHG0012",
  onBehalfOf: null,
  requesterNames: [],
  ...differences,
});
const pipeline = (differences: Partial<ProvedIntegration> = {}): ProvedIntegration =>
  tickets({ name: "pipeline", proof: { kind: "app", oid: APP }, ...differences });

const one = (...demands: ApprovalRequirement["requirements"]) =>
  asking(aRequirement({ requirements: demands }));
const AT = later(HOUR);
const codeOf = (request: ApprovalRequest, who: ProvedIntegration, answer: typeof yes | typeof no = yes) =>
  refusalOf(request, who, seen(request, answer), AT)?.code ?? null;
const reviewedBy = (request: ApprovalRequest, who: ProvedIntegration, answer: typeof yes | typeof no = yes) =>
  followed(request, reviewEntries(request, who, seen(request, answer), AT), AT);

describe("the review of an integration", () => {
  test("settles what only it is asked, under its name and proof, with what it says as its own words", () => {
    const request = one(demandOf(TICKETS));

    const entries = reviewEntries(
      request,
      tickets({ onBehalfOf: "bo@contoso.com" }),
      seen(request, { review: "approve", reason: "Change approved." }),
      AT,
    );

    const actor = { kind: "integration", name: "ticket-system", proof: { kind: "key", id: "0a1b2c3d" } };
    expect(entries).toMatchObject([
      {
        kind: "reviewed",
        actor,
        groups: [],
        claim: { messageId: "msg_1", externalId: "CHG0012", onBehalfOf: "bo@contoso.com" },
        via: "integrations",
        sentence:
          'Integration ticket-system approves: Change approved. Ticket-system says: "CHG0012", on behalf of "bo@contoso.com".',
      },
      { kind: "decided", actor, decision: "approve" },
    ]);
  });

  test("counts for none of what people are asked, whomever it says that it speaks for", () => {
    const request = one(...OF_PEOPLE, demandOf(TICKETS));

    const reviewed = reviewedBy(request, tickets({ onBehalfOf: ana.oid }));

    expect(reviewed).toMatchObject({ state: "waiting", ask: { reviews: [{ by: { kind: "integration" } }] } });
    expect(said(reviewed, [bo, yes])).toMatchObject({ state: "applying" });
  });

  test("is not what a person says, though the person were in a group that is called like it", () => {
    const request = one(demandOf(TICKETS));
    const named = { ...ana, groups: ["ticket-system", PLATFORM] };

    expect(refusalOf(request, named, seen(request, yes), AT)).toEqual({ code: "notAnApprover" });
  });

  test("leaves an authentication context to the people that it is demanded of", () => {
    const request = asking(
      aRequirement({ requirements: [...OF_PEOPLE, demandOf(PIPELINE)], authContexts: ["c1"] }),
    );

    const reviewed = reviewedBy(request, pipeline());

    expect(refusalOf(reviewed, ana, seen(reviewed, yes), AT)).toMatchObject({ code: "claimsRequired" });
    const proved = said(reviewed, [{ ...ana, authContexts: ["c1"] }, yes]);
    expect(proved).toMatchObject({ state: "applying" });
  });

  test.each<[string, string | null, ProvedIntegration, typeof yes | typeof no]>([
    ["nobody asks it", "notAnApprover", tickets({ name: "other" }), yes],
    [
      "it comes with another app's token",
      "notAnApprover",
      pipeline({ proof: { kind: "app", oid: OTHER_APP } }),
      yes,
    ],
    [
      "it is signed where the policy knows no key",
      "notAnApprover",
      pipeline({ proof: { kind: "key", id: "x" } }),
      yes,
    ],
    ["it rejects and may only approve", "mayNotReject", tickets(), no],
    ["it rejects and may", null, pipeline(), no],
    ["it approves", null, tickets(), yes],
  ])("where %s: %s", (_case, code, who, answer) => {
    expect(codeOf(one(demandOf(TICKETS, PIPELINE)), who, answer)).toBe(code);
  });

  test("is taken once; the same again is refused, and no person's follows from it", () => {
    const request = reviewedBy(one({ ...demandOf(TICKETS, PIPELINE), quorum: 2 }), tickets());

    expect(codeOf(request, tickets({ messageId: "msg_2" }))).toBe("alreadyReviewed");
    expect(reviewedBy(request, pipeline())).toMatchObject({
      state: "applying",
      decision: { decision: "approve" },
    });
  });
});

describe("for whom an integration says that it speaks can only tell against it", () => {
  const prevented = (excludedReviewer: string | null) =>
    asking(aRequirement({ requirements: [demandOf(TICKETS)], preventSelfReview: true, excludedReviewer }));

  test.each([
    ["the requester's object id", ana.oid, ana.oid.toUpperCase(), [], "selfReview"],
    [
      "a name by which Azure knows the requester",
      ana.oid,
      "ANA@contoso.com",
      ["ana@contoso.com"],
      "selfReview",
    ],
    ["the same while nobody knows the object id", null, "ana@contoso.com", ["ana@contoso.com"], "selfReview"],
    ["somebody else", ana.oid, "bo@contoso.com", ["ana@contoso.com"], null],
    ["nobody", ana.oid, null, ["ana@contoso.com"], null],
  ])("%s", (_case, excluded, onBehalfOf, requesterNames, code) => {
    expect(codeOf(prevented(excluded), tickets({ onBehalfOf, requesterNames }))).toBe(code);
  });

  test("where the policy lets people review their own, it does not matter", () => {
    const who = tickets({ onBehalfOf: "ana@contoso.com", requesterNames: ["ana@contoso.com"] });

    expect(codeOf(one(demandOf(TICKETS)), who)).toBeNull();
  });

  test("what it said for whoever turns out to have asked falls out, as their own review does", () => {
    const request = inState(
      reviewedBy(
        asking(aRequirement({ requirements: [...OF_PEOPLE, demandOf(TICKETS)], preventSelfReview: true })),
        tickets({ onBehalfOf: ana.oid }),
      ),
      "waiting",
    );

    const known = followed(request, requesterEntries(request, ana.oid), AT);

    expect(known.ask?.reviews).toEqual([]);
  });
});

describe("where integrations alone were asked and did not answer", () => {
  const unanswered = aRequest({}, assessed(), asked(aRequirement({ requirements: [demandOf(TICKETS)] })));

  test("any approver has it asked again, and still may not answer in their place", () => {
    const expired = followed(unanswered, dueEntries(inState(unanswered, "waiting"), later(DAY)), later(DAY));

    expect(expired.closure?.outcome).toBe("expired");
    expect(reopenRefusalOf(expired, stranger)).toBeNull();
    expect(refusalOf(unanswered, ana, seen(unanswered, yes), AT)).toEqual({ code: "notAnApprover" });
  });

  test("where people were asked, too, it takes one of them", () => {
    const both = one(...OF_PEOPLE, demandOf(TICKETS));
    const expired = followed(both, dueEntries(inState(both, "waiting"), later(DAY)), later(DAY));

    expect(reopenRefusalOf(expired, stranger)).toEqual({ code: "notAnApprover" });
    expect(reopenRefusalOf(expired, ana)).toBeNull();
  });
});

test("no review of an integration, whatever it says and in whatever order, meets what people are asked", () => {
  const names = fc.constantFrom("ticket-system", "pipeline", "platform", PLATFORM, ana.oid);
  const integration = fc.record({
    name: names,
    messageId: fc.string(),
    externalId: fc.string(),
    onBehalfOf: fc.option(names),
    proof: fc.constantFrom<ProvedIntegration["proof"]>({ kind: "app", oid: APP }, { kind: "key", id: "k" }),
  });

  fc.assert(
    fc.property(fc.array(integration, { maxLength: 8 }), fc.integer({ min: 1, max: 2 }), (those, quorum) => {
      const requirement = aRequirement({
        requirements: [...aRequirement({ quorum }).requirements, demandOf(TICKETS), demandOf(PIPELINE)],
      });
      let request: ApprovalRequest = asking(requirement);
      for (const who of those) request = reviewedBy(request, tickets(who));

      expect(request.state).toBe("waiting");
      expect(isQuorate(requirement, request.ask?.reviews ?? [])).toBe(false);
    }),
    { numRuns: 200 },
  );
});

describe("right before the write, what an integration decided", () => {
  const policyWith = (integrations: string, approvers = "[pipeline]") =>
    aPolicyWith(
      [`integrations: { ${integrations} }`],
      `{ name: prod, when: { cluster: { tags: { env: prod } } }, then: { ask: { approvers: ${approvers}, timeout: 1d } } }`,
    );
  const before = policyWith(`pipeline: { app: ${APP}, may: [approve, reject] }`);
  const decidedBy = (answer: typeof yes | typeof no) => {
    const { verdict } = judgementBy(before);
    if (verdict.kind !== "ask") throw new Error("Nobody is asked.");
    const request = aRequest({}, assessed(before), asked(verdict.requirement));
    return inState(reviewedBy(request, pipeline(), answer), "applying");
  };

  test.each([
    ["stands as long as it is asked", yes, before, true],
    [
      "stands where people are asked, too, who did not answer",
      yes,
      policyWith(`pipeline: { app: ${APP} }`, "{ pipeline: 1, platform: 1 }"),
      false,
    ],
    ["falls where another app has its name now", yes, policyWith(`pipeline: { app: ${OTHER_APP} }`), false],
    ["falls where people have its name now", yes, policyWith("other: { signed: true }", "[platform]"), false],
    ["stands as a rejection as long as it may reject", no, before, true],
    ["falls as a rejection where it may not any more", no, policyWith(`pipeline: { app: ${APP} }`), false],
  ])("%s", (_case, answer, policy, expected) => {
    expect(stillHolds(decidedBy(answer), judgementBy(policy))).toBe(expected);
  });
});
