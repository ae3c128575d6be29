import { describe, expect, test } from "vitest";
import type { PolicyContent } from "../../../../shared/policy/content.ts";
import { withApprovalsOff } from "../../../../shared/policy/engine/compiled.ts";
import { describeVerdict } from "../../../../shared/policy/engine/describe.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import { renderVerdict } from "../../../../shared/policy/engine/render.ts";
import {
  absent,
  aFreeze,
  aPolicy,
  approve,
  aRequirement,
  aRule,
  asks,
  during,
  HOUR,
  is,
  onlyVisible,
  reject,
  type Said,
  sameAs,
  someFacts,
  tagged,
  unknown,
} from "./content.ts";

const because = (said: Partial<PolicyContent>, facts: Said) =>
  explain(aPolicy(said), someFacts(facts)).because;
const hi: Said = { message: is("hi") };
const saysHi = { message: "hi" };
const lost: Said = { message: unknown() };
const ruled = (line: number, outcome: Parameters<typeof aRule>[2], name = `r${line}`) =>
  aRule(name, saysHi, outcome, { line });

describe("who decided", () => {
  test.each<[string, Partial<PolicyContent>, Said, string]>([
    ["one rule", { rules: [ruled(1, approve)] }, hi, "Rule r1 (line 1) approves: every condition holds."],
    [
      "two rules",
      { rules: [ruled(1, approve), ruled(2, approve)] },
      hi,
      "Rule r1 (line 1) and rule r2 (line 2) approve: every condition holds.",
    ],
    [
      "two that reject",
      { rules: [ruled(1, reject("No")), ruled(2, reject("Never!"))] },
      hi,
      "Rule r1 (line 1) and rule r2 (line 2) reject: No Never!",
    ],
    [
      "a reason with a stop in its middle",
      { rules: [ruled(1, reject("No. Never"))] },
      hi,
      "Rule r1 (line 1) rejects: No. Never.",
    ],
    [
      "visibility and a rule",
      { rules: [ruled(1, reject("No."))], visibility: onlyVisible([{ source: "cli" }], reject("Who?")) },
      hi,
      "Rule r1 (line 1) and visibility (line 5) reject: No. Who?",
    ],
    [
      "freezes and rules have their own names",
      { rules: [ruled(1, approve)], freezes: [aFreeze("f", saysHi, asks(["duty"]), 9)] },
      hi,
      "Freeze f (line 9) asks 1 of duty, within 24h.",
    ],
    [
      "who is asked, and what if not",
      {
        rules: [
          ruled(
            1,
            asks([], {
              requirements: ["a", "b", "c", "d", "e"].map((name, index) =>
                aRequirement(index === 0 ? ["x", name] : [name], { quorum: index + 1 }),
              ),
              timeoutMs: 90 * 60_000,
              onTimeout: "reject",
            }),
          ),
        ],
      },
      hi,
      "Rule r1 (line 1) asks 1 of x or a, 2 of b, 3 of c and 2 more (different people), within 90m or else it is rejected.",
    ],
  ])("%s", (_name, said, facts, expected) => {
    expect(because(said, facts)).toBe(expected);
  });

  test("the kill switch and whenUnknown", () => {
    const freezes = [aFreeze("f", { source: "x" }, asks(["duty"]), 9)];
    const off = withApprovalsOff(aPolicy({ rules: [ruled(1, approve)], freezes }));

    expect(explain(off, someFacts({ ...hi, source: unknown() })).because).toBe(
      'Because source ("403 Forbidden") is unknown and freeze f (line 9) cannot be decided, the kill switch and whenUnknown ask 1 of aks and 1 of duty (one person may count for several rules), within 2h.',
    );
  });
});

describe("what is unknown", () => {
  const whenUnknown = (facts: string, lacking: string) =>
    `Because ${facts} unknown and ${lacking} cannot be decided, whenUnknown asks 1 of duty, within 2h.`;
  const gone = '("403 Forbidden")';

  test.each<[string, Partial<PolicyContent>, Said, string]>([
    [
      "two facts of one rule, in the order in which they are read",
      { rules: [aRule("r", { source: "x", message: "y" }, approve)] },
      { ...lost, source: unknown("429") },
      whenUnknown(`source ("429") and message ${gone} are`, "rule r (line 1)"),
    ],
    [
      "of two rules one fact",
      { rules: [ruled(1, approve), ruled(2, approve)] },
      lost,
      whenUnknown(`message ${gone} is`, "rule r1 (line 1) and rule r2 (line 2)"),
    ],
    [
      "facts of two rules, in the order of the policy",
      {
        rules: [
          aRule("a", { message: "x" }, approve),
          aRule("b", { source: "x", message: "x" }, approve),
          aRule("c", { source: "x" }, approve),
        ],
      },
      { ...lost, source: unknown("429") },
      whenUnknown(
        `message ${gone} and source ("429") are`,
        "rule a (line 1), rule b (line 1) and rule c (line 1)",
      ),
    ],
    [
      "facts in the order of the policy, though it names what may reject first",
      {
        rules: [aRule("a", { message: "x" }, asks(["aks"])), aRule("b", { source: "x" }, reject("No."))],
      },
      { ...lost, source: unknown("429") },
      whenUnknown(`message ${gone} and source ("429") are`, "rule b (line 1) and rule a (line 1)"),
    ],
    [
      "what is compared with, too",
      { rules: [aRule("r", { message: sameAs("source") }, approve)] },
      { ...hi, source: unknown() },
      whenUnknown(`source ${gone} is`, "rule r (line 1)"),
    ],
    [
      "both of what is compared",
      { rules: [aRule("r", { message: sameAs("source") }, approve)] },
      { ...lost, source: unknown() },
      whenUnknown(`message ${gone} and source ${gone} are`, "rule r (line 1)"),
    ],
    [
      "nothing that another condition has decided",
      {
        rules: [aRule("r", { source: "sweep" }, approve, { anyOf: [saysHi], unless: [{ requester: "x" }] })],
      },
      { ...hi, requester: unknown() },
      whenUnknown(`requester ${gone} is`, "rule r (line 1)"),
    ],
    [
      "what a block of anyOf wants to know",
      { rules: [aRule("r", {}, approve, { anyOf: [saysHi, { source: "x" }] })] },
      lost,
      whenUnknown(`message ${gone} is`, "rule r (line 1)"),
    ],
    [
      "what visibility wants to know",
      { visibility: onlyVisible([saysHi, { source: "cli" }]) },
      lost,
      whenUnknown(`message ${gone} is`, "visibility (line 5)"),
    ],
    [
      "what a freeze wants to know",
      { rules: [aRule("r", { source: "sweep" }, approve)], freezes: [aFreeze("f", saysHi, asks(["aks"]))] },
      lost,
      whenUnknown(`message ${gone} is`, "freeze f (line 1)"),
    ],
    [
      "more than three",
      { rules: [aRule("r", { source: "x", message: "x", requester: "x", "endpoint.name": "x" }, approve)] },
      { ...lost, source: unknown(), requester: unknown(), endpoint: { name: unknown() } },
      whenUnknown(`source ${gone}, message ${gone}, requester ${gone} and 1 more are`, "rule r (line 1)"),
    ],
  ])("%s", (_name, said, facts, expected) => {
    expect(because(said, facts)).toBe(expected);
  });

  test("the requester alone, whoever asks that it must not review", () => {
    const careful = asks(["aks"], { preventSelfReview: true });
    const nobody =
      'Because requesterId ("nobody is known by object id") is unknown, whenUnknown is asked, too: ';
    const people =
      "and whenUnknown ask 2 of aks and 2 of duty (one more each while it is unknown who asked; one person may count for several rules), within 2h.";
    const rules = [aRule("r", { source: "sweep" }, approve)];

    expect(because({ rules, freezes: [aFreeze("f", saysHi, careful)] }, { ...hi, requesterId: absent })).toBe(
      `${nobody}freeze f (line 1) ${people}`,
    );
    expect(
      explain(
        withApprovalsOff(aPolicy({ rules, default: { line: 6, outcome: careful } })),
        someFacts({ requesterId: absent }),
      ).because,
    ).toBe(`${nobody}the kill switch ${people}`);
    expect(because({ rules: [ruled(1, careful)] }, { ...hi, requesterId: unknown("x\ny") })).toBe(
      `Because requesterId ("x\\ny") is unknown, whenUnknown is asked, too: rule r1 (line 1) ${people}`,
    );
  });
});

test("a rule that matched keeps others from being decided by nobody", () => {
  const rules = [
    ruled(1, asks(["aks"]), "asks"),
    aRule("approves", { source: "sweep" }, approve),
    aRule("lost", { requester: "x" }, approve),
  ];

  expect(explain(aPolicy({ rules }), someFacts({ ...hi, requester: unknown() }))).toMatchObject({
    decidedBy: [{ name: "asks" }],
    undecided: [],
  });
});

test("a freeze with several times is over with the first of them", () => {
  const freeze = aFreeze("f", { time: during({ from: 0, until: Date.parse("2026-12-24T00:00Z") }) });
  const second = aFreeze("f", { time: during({ until: Date.parse("2026-12-01T00:00Z") }) });
  const both = { ...freeze, when: [...freeze.when, ...second.when] };

  expect(explain(aPolicy({ rules: [ruled(1, approve)], freezes: [both] }), someFacts(hi))).toMatchObject({
    kind: "wait",
    until: "2026-12-01T00:00:00.000Z",
  });
});

test("nothing but an ask tells a near miss on its line", () => {
  const near = aRule("near", { message: "hi", source: "cli" }, approve);

  expect(describeVerdict(explain(aPolicy({ rules: [near, ruled(2, reject("No."))] }), someFacts(hi)))).toBe(
    "reject by r2 (line 2): No.",
  );
});

test("a near miss that only an exception stood in the way of is told by it", () => {
  const near = aRule("near", saysHi, approve, { unless: [{ source: "sweep" }] });

  expect(describeVerdict(explain(aPolicy({ rules: [near] }), someFacts(hi)))).toBe(
    'ask by default (line 6): 1 of aks, within 24h; near miss near (line 1, would approve): source is "sweep", expected to be "sweep"',
  );
});

test("on several lines: rules by their modes, only those exceptions that hold or may, and at most twenty", () => {
  const some = aRule("some", { source: "sweep" }, reject("No."), {
    mode: "approveOnly",
    unless: [{ message: "no", requester: "x" }, { "cluster.tags.a": "x" }],
  });
  const yes = aRule("yes", { source: "sweep" }, approve, { line: 2 });
  const many = Array.from({ length: 21 }, (_, index) => ruled(index + 1, approve));

  expect(
    renderVerdict(
      explain(aPolicy({ rules: [some, yes] }), someFacts({ ...hi, cluster: { tags: tagged({ a: "y" }) } })),
    ),
  ).toBe(`ask by default (line 6), kept from being approved by some (line 1): 1 of aks, within 24h; would reject by some (line 1)
  asks 1 of aks (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61)
  after 24h it expires, and the connection stays Pending
  rule some (line 1, reject, in mode approveOnly)
    ok  source is "sweep", expected to be "sweep"`);
  expect(renderVerdict(explain(aPolicy({ rules: many }), someFacts(hi))).match(/^ {2}rule /gm)).toHaveLength(
    20,
  );
});

test("a reminder that would come with the deadline is none", () => {
  const rules = [
    ruled(1, asks(["aks"], { remindAfterMs: 8 * HOUR })),
    ruled(2, asks(["duty"], { timeoutMs: 8 * HOUR })),
  ];

  expect(explain(aPolicy({ rules }), someFacts(hi))).toMatchObject({
    requirement: { timeoutMs: 8 * HOUR, remindAfterMs: null },
  });
});
