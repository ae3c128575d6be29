import { describe, expect, test } from "vitest";
import { explain } from "../../../../shared/policy/index.ts";
import type { ApprovalRequirement } from "../../../../shared/policy/verdict.ts";
import { AKS, aFile, DUTY, load, problemsOf, someFacts } from "../builders.ts";

/** A file that asks `aks`, who are told like this. */
const told = (aks: string, duty = "", byDefault?: string): string =>
  aFile("", byDefault === undefined ? {} : { byDefault })
    .replace(`aks: { groups: [${AKS}]`, `aks: { groups: [${AKS}]${aks}`)
    .replace(`duty: { groups: [${DUTY}]`, `duty: { groups: [${DUTY}]${duty}`);

function askedBy(text: string): ApprovalRequirement {
  const verdict = explain(load(text), someFacts());
  if (verdict.kind !== "ask") throw new Error("It asks.");
  return verdict.requirement;
}

const NIGHT = `quietHours: { days: [sat, sun], between: "22:00-06:00", timezone: Europe/Oslo }`;

describe("how people are told is kept with the demand", () => {
  test("by which channels, and when they are not reminded", () => {
    const { requirements } = askedBy(told(`, notify: [platform-duty, b2], ${NIGHT}`));

    expect(requirements).toEqual([
      {
        approvers: ["aks"],
        groups: [AKS],
        quorum: 1,
        escalation: null,
        notify: ["platform-duty", "b2"],
        quietHours: [{ timezone: "Europe/Oslo", days: [0, 6], between: { from: 1_320, to: 360 } }],
      },
    ]);
  });

  test("not at all, where the policy does not say", () => {
    expect(askedBy(told("")).requirements).toEqual([
      { approvers: ["aks"], groups: [AKS], quorum: 1, escalation: null },
    ]);
  });

  test("of several who may meet it by the channels of all, and by the fallback where one has none", () => {
    const either = "ask: { approvers: [aks, duty] }";

    expect(askedBy(told(", notify: [a]", ", notify: [b, a]", either)).requirements[0]?.notify).toEqual([
      "a",
      "b",
    ]);
    expect(askedBy(told(", notify: [a]", "", either)).requirements[0]?.notify).toEqual(["a", "teams"]);
  });

  test("and so is how those are told to whom it escalates", () => {
    const escalates = "ask: { approvers: [aks], escalateTo: [duty], escalateAfter: 1h }";

    const [demand] = askedBy(told("", `, notify: [b], ${NIGHT}`, escalates)).requirements;

    expect(demand).not.toHaveProperty("notify");
    expect(demand?.escalation).toMatchObject({ notify: ["b"], quietHours: [{ timezone: "Europe/Oslo" }] });
  });

  test("of two rules that ask the same group under two names by the channels of both", () => {
    const rules = `  - { name: one, then: { ask: { approvers: [aks] } } }
  - { name: two, then: { ask: { approvers: [again] } } }`;
    const text = aFile(rules).replace(
      `aks: { groups: [${AKS}] }`,
      `aks: { groups: [${AKS}], notify: [a] }\n  again: { groups: [${AKS}], ${NIGHT} }`,
    );

    const { requirements } = askedBy(text);

    expect(requirements).toMatchObject([
      { notify: ["a", "teams"], quietHours: [{ timezone: "Europe/Oslo" }] },
    ]);
  });
});

test.each([
  [
    "notify: [Platform]",
    'approvers.aks.notify: "Platform" is no channel\'s name: lower-case letters, digits and hyphens',
  ],
  [
    "notify: [a_b]",
    'approvers.aks.notify: "a_b" is no channel\'s name: lower-case letters, digits and hyphens',
  ],
  [
    "notify: [-a]",
    'approvers.aks.notify: "-a" is no channel\'s name: lower-case letters, digits and hyphens',
  ],
  [
    'notify: ["https://x"]',
    'approvers.aks.notify: "https://x" is no channel\'s name: lower-case letters, digits and hyphens',
  ],
  ["notify: [log]", 'approvers.aks.notify: nobody is told by "log": it is no channel of people'],
  [
    "notify: [webhook-cmdb]",
    'approvers.aks.notify: nobody is told by "webhook-cmdb": it is no channel of people',
  ],
  ["notify: [a, a]", 'approvers.aks.notify: "a" is already in this list'],
  ["notify: a", expect.stringContaining("approvers.aks.notify: expected a list")],
  ["quietHours: { timezone: Europe/Oslo }", "approvers.aks.quietHours: needs at least one of: days, between"],
  ["quietHours: { days: [sat] }", 'approvers.aks.quietHours: "timezone" is missing'],
  ["quietHours: { days: [sat], timezone: Mars }", expect.stringContaining('"Mars" is not an IANA time zone')],
  [
    'quietHours: { between: "22-06", timezone: UTC }',
    "approvers.aks.quietHours.between: must look like 07:00-18:00",
  ],
  ["quietHours: { days: [sat], timezone: UTC, until: 2027-01-01 }", expect.stringContaining('"until"')],
])("%s is refused", (aks, problem) => {
  const problems = problemsOf(told(`, ${aks}`)).map((line) => line.replace(/^\d+:\d+: /, ""));

  expect(problems).toEqual([problem]);
});
