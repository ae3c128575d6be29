import { describe, expect, test } from "vitest";
import { AKS, aFile, contentOf, DUTY, HOUR, problemsOf } from "../builders.ts";

const asking = (ask: string) => aFile("", { byDefault: `ask: ${ask}` });
const askOf = (ask: string) => contentOf(asking(ask)).whenUnknown.ask;
const WHEN_UNKNOWN = "whenUnknown: { ask: { approvers: [duty] } }";

describe("what an ask demands", () => {
  test("a list of approvers is one demand, which a member of any of them meets", () => {
    expect(askOf("{ approvers: [aks, duty], quorum: 2 }").requirements).toEqual([
      { approvers: ["aks", "duty"], groups: [AKS, DUTY], quorum: 2, escalation: null },
    ]);
  });

  test("a mapping of approvers is a demand for each of them, with its own quorum", () => {
    expect(askOf("{ approvers: { aks: 1, duty: 2 } }").requirements).toEqual([
      { approvers: ["aks"], groups: [AKS], quorum: 1, escalation: null },
      { approvers: ["duty"], groups: [DUTY], quorum: 2, escalation: null },
    ]);
  });

  test("an escalation belongs to every demand of its ask", () => {
    const { requirements } = askOf(
      "{ approvers: { aks: 1, duty: 1 }, escalateTo: [duty], escalateAfter: 2h }",
    );

    const escalation = { approvers: ["duty"], groups: [DUTY], afterMs: 2 * HOUR };
    expect(requirements.map((requirement) => requirement.escalation)).toEqual([escalation, escalation]);
  });

  test("what it does not say has a default", () => {
    expect(askOf("{ approvers: [aks] }")).toEqual({
      requirements: [{ approvers: ["aks"], groups: [AKS], quorum: 1, escalation: null }],
      timeoutMs: 24 * HOUR,
      remindAfterMs: null,
      onTimeout: "expire",
      reasonRequired: false,
      preventSelfReview: false,
      authContext: null,
      inCard: false,
      distinctPeople: false,
    });
  });

  test("an answer in a card of Teams is allowed, unless a sign-in must prove more", () => {
    expect(askOf("{ approvers: [aks], inCard: true }").inCard).toBe(true);
    expect(askOf("{ approvers: [aks], inCard: false, authContext: c1 }").inCard).toBe(false);
    expect(problemsOf(asking("{ approvers: [aks], inCard: true, authContext: c1 }")).join()).toContain(
      "default.ask.inCard: an answer in Teams proves no authentication context; leave out one of the two",
    );
  });

  test("what it says stands", () => {
    const ask =
      "{ approvers: [aks], timeout: 8h, remindAfter: 1h, onTimeout: reject, reasonRequired: true, preventSelfReview: true, authContext: c1, distinctPeople: true }";

    const text = aFile("", { byDefault: `ask: ${ask}`, more: WHEN_UNKNOWN });

    expect(contentOf(text).default.outcome).toMatchObject({
      kind: "ask",
      ask: {
        timeoutMs: 8 * HOUR,
        remindAfterMs: HOUR,
        onTimeout: "reject",
        reasonRequired: true,
        preventSelfReview: true,
        authContext: "c1",
        distinctPeople: true,
      },
    });
  });

  test.each(["c1", "c9", "c10", "c99"])("%s is an authentication context", (context) => {
    expect(askOf(`{ approvers: [aks], authContext: ${context} }`).authContext).toBe(context);
  });

  test.each([
    ["C1", "in capitals"],
    ["c0", "the one before the first"],
    ["c01", "with a leading zero"],
    ["c100", "one too many"],
    ["1", "a number alone"],
    ["mfa", "a name"],
    ["[c1]", "a list"],
    ["null", "nothing"],
  ])("%s is none: %s", (written) => {
    expect(problemsOf(asking(`{ approvers: [aks], authContext: ${written} }`)).join()).toContain(
      "default.ask.authContext: must be an authentication context of Entra, c1 to c99",
    );
  });

  test("whoever keeps the requester from reviewing says who reviews when nobody knows who that is", () => {
    const ask = (flag: boolean) => asking(`{ approvers: [aks], preventSelfReview: ${flag} }`);

    expect(problemsOf(ask(true))).toEqual([
      "6:37: default.ask: preventSelfReview needs whenUnknown: who reviews when nobody knows who asked?",
    ]);
    expect(problemsOf(ask(false))).toEqual([]);
  });

  test("a default that rejects leaves what cannot be read to any one of all approvers", () => {
    expect(contentOf(aFile("", { byDefault: "reject: { reason: No. }" })).whenUnknown).toEqual({
      line: 6,
      ask: askOf("{ approvers: [aks, duty] }"),
    });
  });

  test("groups are lower-cased, whatever their form, and named once", () => {
    const text = asking("{ approvers: [aks, duty] }").replace(`[${DUTY}]`, `[ADMINS, admins, ${AKS}]`);

    expect(contentOf(text).whenUnknown.ask.requirements[0]?.groups).toEqual([AKS, "admins"]);
  });
});

describe("an ask that is not sound", () => {
  test.each<[string, string, string[]]>([
    [
      "a quorum beside quorums",
      "{ approvers: { aks: 1 }, quorum: 2 }",
      ["6:50: default.ask.quorum: each of the approvers has a quorum of its own already"],
    ],
    [
      "a quorum of none for one of them",
      "{ approvers: { aks: 1, duty: 0 } }",
      ["6:46: default.ask.approvers.duty: must be a whole number from 1 to 100"],
    ],
    [
      "one of them is not defined",
      "{ approvers: { aks: 1, dutty: 1 } }",
      ['6:40: approvers "dutty" are not defined under approvers; did you mean "duty"?'],
    ],
    ["nobody", "{ approvers: {} }", ["6:30: an empty mapping says nothing; leave the key out"]],
    [
      "a name alone",
      "{ approvers: aks }",
      ['6:30: default.ask.approvers: expected a list or a mapping of names to quorums; found the text "aks"'],
    ],
    [
      "an escalation to nobody",
      "{ approvers: [aks], escalateAfter: 1h }",
      ["6:37: default.ask: escalateAfter needs escalateTo"],
    ],
    [
      "an escalation some day",
      "{ approvers: [aks], escalateTo: [duty] }",
      ["6:37: default.ask: escalateTo needs escalateAfter"],
    ],
    [
      "an escalation when all is over",
      "{ approvers: [aks], escalateTo: [duty], escalateAfter: 24h }",
      ["6:72: default.ask.escalateAfter: must be shorter than the timeout (24h)"],
    ],
    [
      "an escalation to people who are not defined",
      "{ approvers: [aks], escalateTo: [dutty], escalateAfter: 1h }",
      ['6:50: approvers "dutty" are not defined under approvers; did you mean "duty"?'],
    ],
    [
      "an escalation with quorums",
      "{ approvers: [aks], escalateTo: { duty: 1 }, escalateAfter: 1h }",
      ["6:49: default.ask.escalateTo: expected a list; found a mapping"],
    ],
    [
      "a reason that is perhaps required",
      "{ approvers: [aks], reasonRequired: maybe }",
      ["6:53: default.ask.reasonRequired: must be true or false"],
    ],
    [
      "self-review in YAML 1.1's words",
      "{ approvers: [aks], preventSelfReview: yes }",
      ["6:56: default.ask.preventSelfReview: must be true or false"],
    ],
    [
      "a misspelt word",
      "{ approvers: [aks], onTimeout: Reject }",
      ['6:48: default.ask.onTimeout: must be expire or reject; did you mean "reject"?'],
    ],
  ])("%s", (_name, ask, expected) => {
    expect(problemsOf(asking(ask))).toEqual(expected);
  });
});
