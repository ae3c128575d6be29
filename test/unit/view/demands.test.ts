import { describe, expect, test } from "vitest";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { aPolicy, aRequest, PLATFORM, SECURITY } from "../../fixtures/builders.ts";
import { ana, aRequirement, asked, assessed, reviewed } from "../../fixtures/entries.ts";
import { aScreen } from "./world.ts";

const platform = { approvers: ["platform"], groups: [PLATFORM], quorum: 1, escalation: null };
const security = { approvers: ["security"], groups: [SECURITY], quorum: 1, escalation: null };
/** One rule wants somebody of platform; another one that too, and somebody else of security. */
const shared = aRequirement({
  requirements: [platform, { ...platform, distinctGroup: 1 }, { ...security, distinctGroup: 1 }],
  preventSelfReview: true,
});

/** A request of which these rules had people asked. */
function askedBy(rules: readonly string[], ...entries: Parameters<typeof aRequest>[1][]): ApprovalRequest {
  const request = aRequest({}, assessed(aPolicy()), ...entries);
  const { verdict } = request;
  if (verdict?.kind !== "ask") throw new Error("Nobody is asked.");
  return {
    ...request,
    verdict: { ...verdict, decidedBy: rules.map((name, at) => ({ name, line: at + 1 })) },
  };
}

const demandsOn = (request: ApprovalRequest) =>
  aScreen(request).sections.asked?.demands.map(({ who, text }) => `${who}: ${text}`);

describe("what two rules demand alike", () => {
  const request = askedBy(["payments", "prod"], asked(shared));

  test("stands there once, with both of them", () => {
    expect(demandsOn(request)).toEqual([
      "platform: 0 of 2, asked alike by payments and prod",
      "security: 0 of 2",
    ]);
  });

  test("is worded the same where the request stands and in what else is demanded", () => {
    const { status, sections } = aScreen(request);

    expect(status.sentence).toMatch(/^It waits for 2 of platform and 2 of security \(/);
    expect(sections.asked?.sentences).toContain(
      "It takes different people for 2 of platform and 2 of security.",
    );
  });

  test("is counted where other rules ask, too, so that nobody can tell whose it is", () => {
    expect(demandsOn(askedBy(["payments", "prod", "dev"], asked(shared)))?.[0]).toBe(
      "platform: 0 of 2, asked alike by 2 rules",
    );
  });

  test("stands there twice once a review counts for one of them alone", () => {
    const apart = aRequirement({
      requirements: [
        { ...platform, quorum: 2 },
        { ...security, groups: [PLATFORM], distinctGroup: 1 },
        { ...platform, quorum: 2, distinctGroup: 1 },
      ],
    });

    expect(demandsOn(askedBy(["payments", "prod"], asked(apart), reviewed(ana)))).toHaveLength(3);
  });
});

test("what one rule demands of two different people is two demands", () => {
  const twice = aRequirement({
    requirements: [
      { ...platform, distinctGroup: 0 },
      { ...platform, distinctGroup: 0 },
    ],
  });

  expect(demandsOn(askedBy(["payments"], asked(twice)))).toEqual(["platform: 0 of 1", "platform: 0 of 1"]);
});
