import { describe, expect, test } from "vitest";
import { addUp } from "../../../../shared/policy/engine/add-up.ts";
import { describeDemands } from "../../../../shared/policy/engine/demands.ts";
import { describeTerms } from "../../../../shared/policy/engine/terms.ts";
import { explain } from "../../../../shared/policy/index.ts";
import { checkPolicy } from "../../../../shared/policy-tools/lint/check.ts";
import { differences } from "../../../../shared/policy-tools/simulate/differences.ts";
import { AKS, aFile, contentOf, load, problemsOf, someFacts } from "../builders.ts";

const APP = "4f9c1e73-8d26-4a5b-9e10-6b3d7f2a8c16";
const OTHER_APP = "9a2e5c84-1f60-4b37-8d49-7c0e4a6b3f17";
const BOTH = `integrations: { ticket-system: { signed: true }, pipeline: { app: ${APP}, may: [approve, reject] } }`;

const asking = (ask: string, integrations = BOTH) =>
  aFile(`  - { name: r, then: { ask: { ${ask} } } }`, { more: integrations });

const requirementOf = (text: string) => {
  const [rule] = contentOf(text).rules;
  if (rule?.outcome.kind !== "ask") throw new Error("The rule asks nobody.");
  return rule.outcome.ask;
};

describe("a demand for an integration", () => {
  test("names it, how it proves itself and what it may, and no group of people", () => {
    const { requirements } = requirementOf(asking("approvers: [pipeline]"));

    expect(requirements).toEqual([
      {
        approvers: ["pipeline"],
        groups: [],
        quorum: 1,
        escalation: null,
        integrations: [{ name: "pipeline", app: APP, signed: false, mayReject: true }],
      },
    ]);
  });

  test("stands beside one for people, and neither is an escalation's, a second person's or one more's", () => {
    const ask = requirementOf(
      asking("approvers: { aks: 1, ticket-system: 1 }, escalateTo: [duty], escalateAfter: 2h"),
    );

    const asked = addUp([{ ...ask, preventSelfReview: true }], null);

    expect(asked.requirements.map(({ escalation }) => escalation?.approvers)).toEqual([["duty"], undefined]);
    expect(asked.requirements.map(({ distinctGroup }) => distinctGroup)).toEqual([undefined, undefined]);
    expect(describeDemands(asked)).toBe(
      "2 of aks and 1 of integration ticket-system (one more while it is unknown who asked)",
    );
    expect(describeTerms(asked).slice(0, 2)).toEqual([
      `asks 2 of aks (${AKS}), after 2h also duty (c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2)`,
      "asks 1 of integration ticket-system (signed)",
    ]);
  });

  test("is never another integration's, though each asks for one", () => {
    const [one, other] = ["ticket-system", "pipeline"].map((name) =>
      requirementOf(asking(`approvers: [${name}]`)),
    );
    if (one === undefined || other === undefined) throw new Error("There are two.");

    expect(addUp([one, other], null).requirements).toHaveLength(2);
  });

  test("is another one when its app is, so that what waits is asked anew and a simulation shows it", () => {
    const verdictOf = (app: string) =>
      explain(
        load(asking("approvers: [pipeline]", `integrations: { pipeline: { app: ${app} } }`)),
        someFacts({}),
      );

    expect(differences(verdictOf(APP), verdictOf(OTHER_APP))).toEqual([
      {
        what: "approvers",
        before: `1 of integration pipeline (app ${APP})`,
        after: `1 of integration pipeline (app ${OTHER_APP})`,
      },
    ]);
  });
});

const NAME =
  'integrations: a name has 1 to 60 lower-case letters, digits and "-" between them, and begins with a letter';
const ANY = { ask: "approvers: [aks]" };

test.each<[string, string, { readonly ask: string }, string]>([
  ["proves itself by nothing", "integrations: { a: {} }", ANY, "empty"],
  [
    "signs nothing and has no app",
    "integrations: { a: { signed: false } }",
    ANY,
    "integrations.a: needs app, the object id of its service principal, or signed: true, or both",
  ],
  [
    "has an app that is no object id",
    "integrations: { a: { app: pipeline } }",
    ANY,
    "integrations.a.app: must be the object id of the app's service principal, a GUID",
  ],
  ["is called in capitals", "integrations: { Ticket: { signed: true } }", ANY, NAME],
  ["has an underscore, as settings have for a hyphen", "integrations: { a_b: { signed: true } }", ANY, NAME],
  [
    "is called like people",
    "integrations: { aks: { signed: true } }",
    ANY,
    'integrations: "aks" stands under approvers, too; people and systems need different names',
  ],
  [
    "may only reject",
    "integrations: { a: { signed: true, may: [reject] } }",
    ANY,
    "integrations.a.may: must have approve: who is asked and cannot approve keeps everybody waiting",
  ],
  [
    "has the app of another one",
    `integrations: { a: { app: ${APP} }, b: { app: ${APP.toUpperCase()} } }`,
    ANY,
    'integrations.b: its app is that of "a"; one app is one integration',
  ],
  [
    "could meet what people are asked",
    BOTH,
    { ask: "approvers: [aks, pipeline]" },
    "people and integrations cannot stand in for one another; demand each, as in { aks: 1, pipeline: 1 }",
  ],
  [
    "would have to answer twice",
    BOTH,
    { ask: "approvers: { aks: 1, pipeline: 2 }" },
    "each integration counts once, and 1 can answer",
  ],
  [
    "would stand in for people",
    BOTH,
    { ask: "approvers: [aks], escalateTo: [pipeline], escalateAfter: 1h" },
    "no integration stands in for people",
  ],
  [
    "would be stood in for",
    BOTH,
    { ask: "approvers: [pipeline], escalateTo: [aks], escalateAfter: 1h" },
    "escalateTo is for what people are asked, and here none are",
  ],
  ["is misspelt", BOTH, { ask: "approvers: [pipelin]" }, 'did you mean "pipeline"?'],
])("an integration that %s is refused", (_name, integrations, { ask }, expected) => {
  const problems = problemsOf(asking(ask, integrations));

  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(expected);
});

test.each([
  ["the default", aFile("", { byDefault: "ask: { approvers: [pipeline] }", more: BOTH }), "default"],
  [
    "whenUnknown",
    aFile("", { more: `${BOTH}\nwhenUnknown: { ask: { approvers: [pipeline] } }` }),
    "whenUnknown",
  ],
  [
    "a freeze",
    aFile("", {
      more: `${BOTH}\nfreeze: [{ name: f, when: { message: x }, then: { ask: { approvers: [pipeline] } } }]`,
    }),
    "freeze f",
  ],
])("%s cannot leave it to integrations alone: there the app turns to people", (_name, text, what) => {
  expect(problemsOf(text)).toEqual([
    expect.stringContaining(`${what}: must ask people, too; only a rule may leave it to integrations alone`),
  ]);
});

test("one that nothing asks is warned of", () => {
  const warnings = checkPolicy(asking("approvers: [pipeline]"), "policy.yaml").map(({ message }) => message);

  expect(warnings).toContain('nothing asks integration "ticket-system"');
  expect(warnings).not.toContain('nothing asks integration "pipeline"');
});
