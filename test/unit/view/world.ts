import { givenFacts } from "../../../shared/facts/given.ts";
import type { Facts } from "../../../shared/policy/facts.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { type Screen, type ScreenInput, screenOf, type Viewer } from "../../../shared/view/index.ts";
import { aCluster, aRequest, NINE } from "../../fixtures/builders.ts";

export const HOME = "bc28be56-ad87-4cf5-ae34-fb304dc38c65";

/** Somebody who is asked and has said nothing yet. */
export const aViewer = (differences: Partial<Viewer> = {}): Viewer => ({
  mayReview: true,
  code: "mayReview",
  because: "You are one of those who are asked.",
  review: null,
  mayWithdraw: false,
  mayReopen: false,
  mayRetry: false,
  ...differences,
});

/** What is known of the request without a look-up, and more where `differences` say so. */
export const factsOf = (
  request: ApprovalRequest,
  consumer: Partial<Facts["consumer"]> & Record<string, unknown> = {},
): Facts => {
  const facts = givenFacts({ request, cluster: aCluster(), at: NINE });
  return { ...facts, consumer: { ...facts.consumer, ...consumer } };
};

/** The screen of a request as somebody sees it who is asked, at once. */
export const aScreen = (
  request: ApprovalRequest = aRequest({}),
  differences: Partial<ScreenInput> = {},
): Screen =>
  screenOf({
    request,
    facts: factsOf(request),
    viewer: aViewer(),
    recent: [],
    now: NINE,
    homeTenant: HOME,
    ...differences,
  });

export const value = <T>(of: T) => ({ kind: "value", value: of }) as const;
export const unknown = (cause: string) => ({ kind: "unknown", cause }) as const;
export const absent = { kind: "absent" } as const;
/** What whoever is no auditor gets in the place of what is personal. */
export const hidden = { ...unknown("only auditors see it"), isHidden: true } as const;
