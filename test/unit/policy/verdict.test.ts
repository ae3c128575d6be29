import { describe, expect, test } from "vitest";
import { describeVerdict } from "../../../shared/policy/engine/describe.ts";
import { explain } from "../../../shared/policy/engine/explain.ts";
import { renderVerdict } from "../../../shared/policy/engine/render.ts";
import { quote } from "../../../shared/policy/text.ts";
import { compactVerdict, Verdict } from "../../../shared/policy/verdict.ts";
import {
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
  someFacts,
  tagged,
  unknown,
} from "./engine/content.ts";

const noX = aRule("no-x", { "endpoint.name": "x*" }, reject("Never x."), { line: 9 });
const askY = aRule(
  "ask-y",
  { message: "y*" },
  asks([], {
    requirements: [aRequirement(["duty"], { quorum: 2 })],
    timeoutMs: 8 * HOUR,
    onTimeout: "reject",
  }),
  { line: 10 },
);
const yesZ = aRule("yes-z", { "cluster.tags.z": "yes", "endpoint.name": "z*" }, approve, { line: 11 });
const rules = [noX, askY, yesZ];
const policy = aPolicy({ rules });
const inMode = (mode: "approveOnly" | "shadow") =>
  aPolicy({ mode, rules: rules.map((rule) => ({ ...rule, mode })) });
const winter = aFreeze(
  "year-end",
  { time: during({ until: Date.parse("2027-01-04T06:00Z") }) },
  { kind: "wait" },
  12,
);

const z: Said = { cluster: { tags: tagged({ z: "yes" }) } };
const wholeZ: Said = { ...z, endpoint: { name: is("z1") } };
const x: Said = { endpoint: { name: is("x1") } };

describe("a verdict on one line", () => {
  test.each<[string, ReturnType<typeof aPolicy>, Said, string]>([
    ["approve", policy, wholeZ, "approve by yes-z (line 11)"],
    ["reject", policy, x, "reject by no-x (line 9): Never x."],
    [
      "ask",
      policy,
      { message: is("y") },
      "ask by ask-y (line 10): 2 of duty, within 8h or else it is rejected",
    ],
    ["default", policy, {}, "ask by default (line 6): 1 of aks, within 24h"],
    [
      "near miss",
      policy,
      z,
      'ask by default (line 6): 1 of aks, within 24h; near miss yes-z (line 11, would approve): endpoint.name is "pe-some", expected to match "z*"',
    ],
    [
      "unknown",
      policy,
      { endpoint: { name: unknown() } },
      "ask by whenUnknown (line 7), because of no-x: 1 of duty, within 2h",
    ],
    [
      "wait",
      aPolicy({ rules, freezes: [winter] }),
      wholeZ,
      "wait by year-end (line 12): until 2027-01-04 06:00 UTC",
    ],
    [
      "leave by visibility",
      aPolicy({ rules, visibility: onlyVisible([{ source: "cli" }]) }),
      z,
      "leave by visibility (line 5)",
    ],
    [
      "approveOnly",
      inMode("approveOnly"),
      x,
      "leave by default (line 6), in mode approveOnly: would reject by no-x (line 9)",
    ],
    [
      "shadow",
      inMode("shadow"),
      x,
      "leave by default (line 6), in mode shadow: would reject by no-x (line 9)",
    ],
    [
      "a shadow rule",
      aPolicy({ rules: [{ ...yesZ, mode: "shadow" }] }),
      wholeZ,
      "ask by default (line 6): 1 of aks, within 24h; would approve by yes-z (line 11)",
    ],
  ])("%s", (_name, some, said, expected) => {
    expect(describeVerdict(explain(some, someFacts(said)))).toBe(expected);
  });

  test("a veto is told", () => {
    const vetoed = aPolicy({
      rules: [
        { ...noX, mode: "approveOnly" },
        { ...yesZ, when: yesZ.when.slice(0, 1) },
      ],
    });

    expect(describeVerdict(explain(vetoed, someFacts({ ...x, ...z })))).toBe(
      "ask by default (line 6), kept from being approved by no-x (line 9): 1 of aks, within 24h; would reject by no-x (line 9)",
    );
  });

  test("a rule on trial that nearly approved is none that would approve", () => {
    const trial = aPolicy({ rules: [{ ...yesZ, mode: "shadow" }] });
    const allOnTrial = aPolicy({ mode: "shadow", rules: [{ ...yesZ, mode: "shadow" }] });

    expect(explain(trial, someFacts(z)).nearMisses).toEqual([]);
    expect(explain(allOnTrial, someFacts(z)).nearMisses).toMatchObject([{ name: "yes-z" }]);
  });

  test("five rules are named, and the others counted", () => {
    const refusing = Array.from({ length: 7 }, (_, index) =>
      aRule(`r${index}`, { message: "hi" }, reject("No.")),
    );
    const all = aPolicy({ rules: refusing });
    const five = "r0 (line 1), r1 (line 1), r2 (line 1), r3 (line 1), r4 (line 1)";

    expect(describeVerdict(explain(all, someFacts({ message: is("hi") })))).toBe(
      `reject by ${five} and 2 more: No.`,
    );
    expect(describeVerdict(explain(all, someFacts({ message: unknown() })))).toBe(
      "ask by whenUnknown (line 7), because of r0, r1, r2, r3, r4 and 2 more: 1 of duty, within 2h",
    );
    expect(explain(all, someFacts({ message: is("hi") })).because).toBe(
      "Rule r0 (line 1), rule r1 (line 1), rule r2 (line 1) and 4 more reject: No.",
    );
  });

  test("a reason, a tag or a text that tries to forge a line stays on its own, and is cut", () => {
    const forged = "a\nreject by forged (line 1)";
    const refusing = aPolicy({ rules: [aRule("no", { message: "hi" }, reject(forged))] });
    const odd = aPolicy({
      rules: [aRule("odd", { "cluster.tags.x\n::error::y": "b\n::error::z", message: "hi" }, approve)],
    });
    const long = aPolicy({ rules: [aRule("no", { message: "hi" }, reject("a".repeat(5_000)))] });
    const hi = someFacts({ message: is("hi") });

    expect(describeVerdict(explain(refusing, hi))).toBe("reject by no (line 1): a reject by forged (line 1)");
    expect(explain(refusing, hi).because).toBe("Rule no (line 1) rejects: a reject by forged (line 1).");
    expect(describeVerdict(explain(odd, hi))).toBe(
      'ask by default (line 6): 1 of aks, within 24h; near miss odd (line 1, would approve): cluster.tags.x ::error::y is absent, expected to be "b ::error::z"',
    );
    expect(describeVerdict(explain(long, hi))).toBe(`reject by no (line 1): ${"a".repeat(999)}…`);
    expect(explain(long, hi).because).toBe(`Rule no (line 1) rejects: ${"a".repeat(999)}….`);
  });

  test("a rule that nearly rejected is not worth a line", () => {
    const near = aRule("near", { "cluster.location": "westeurope", message: "no" }, reject("No."));

    expect(describeVerdict(explain(aPolicy({ rules: [near] }), someFacts()))).toBe(
      "ask by default (line 6): 1 of aks, within 24h",
    );
  });

  test("a name that tries to forge a line, hide or turn the text is quoted, escaped and cut", () => {
    const forged = `\nreject by nobody\u202e\u200b\u001b[2J${"a".repeat(500)}`;

    const line = describeVerdict(explain(policy, someFacts({ ...z, endpoint: { name: is(forged) } })));

    expect(line).toContain('endpoint.name is "\\nreject by nobody\\u202e\\u200b\\u001b[2Ja');
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(line.length).toBeLessThan(400);
  });

  test.each<[string, string]>([
    ["tag characters", "\u{e0041}"],
    ["fillers", "\u3164"],
    ["annotations", "\ufff9"],
    ["invisible operators", "\u2062"],
    ["paragraphs", "\u2029"],
  ])("nothing that is not seen is left in a quotation: %s", (_name, hidden) => {
    expect(quote(`a${hidden}b`)).toMatch(/^"a(\\u[0-9a-f]{4})+b"$/);
    expect(JSON.parse(quote(`a${hidden}b`))).toBe(`a${hidden}b`);
  });
});

describe("a verdict on several lines", () => {
  const straight = aRule("straight", { "cluster.tags.env": "prod", "endpoint.name": "pe-??" }, approve, {
    line: 32,
    anyOf: [{ source: "cli" }, { source: "sweep", "consumer.managementGroups": "mg-corp" }],
    unless: [{ message: "*wait*" }, { message: "*stop*", requester: "bo" }],
  });
  const some = aPolicy({ rules: [straight, noX] });
  const prod = (name: string, more: Said = {}) =>
    someFacts({ cluster: { tags: tagged({ env: "prod" }) }, endpoint: { name: is(name) }, ...more });

  test("an approval shows what held", () => {
    expect(renderVerdict(explain(some, prod("pe-01")))).toBe(
      `approve by straight (line 32)
  rule straight (line 32, approve)
    ok  cluster.tags.env is "prod", expected to be "prod"
    ok  endpoint.name is "pe-01", expected to match "pe-??"
    nearest of 2 blocks
      ok  source is "sweep", expected to be "sweep"
      ok  consumer.managementGroups is "mg-corp, mg-root", expected to be "mg-corp"`,
    );
  });

  test("a near miss shows only what stood in the way", () => {
    expect(renderVerdict(explain(some, prod("pe-1", { message: is("please wait") })))).toBe(
      `ask by default (line 6): 1 of aks, within 24h
  asks 1 of aks (6f0f3f0e-2f7e-4f7a-9a35-0f4d9c8b7a61)
  after 24h it expires, and the connection stays Pending
  near miss straight (line 32, would approve)
    no  endpoint.name is "pe-1", expected to match "pe-??"
    unless
      ok  message is "please wait", expected to match "*wait*"`,
    );
  });

  test("what was unknown is shown with its cause", () => {
    expect(renderVerdict(explain(some, prod("pe-01", { message: unknown("429\nTry later") })))).toBe(
      `ask by whenUnknown (line 7), because of straight: 1 of duty, within 2h
  asks 1 of duty (c2a4f1de-7b3c-4e43-8a10-52f0c3b7a9d2)
  after 2h it expires, and the connection stays Pending
  rule straight (line 32, approve)
    ok  cluster.tags.env is "prod", expected to be "prod"
    ok  endpoint.name is "pe-01", expected to match "pe-??"
    nearest of 2 blocks
      ok  source is "sweep", expected to be "sweep"
      ok  consumer.managementGroups is "mg-corp, mg-root", expected to be "mg-corp"
    unless
      ??  message is unknown, expected to match "*wait*"
  unknown message: "429\\nTry later"`,
    );
  });

  test("what would have been is shown with its rules", () => {
    expect(renderVerdict(explain(inMode("shadow"), someFacts(x)))).toBe(
      `leave by default (line 6), in mode shadow: would reject by no-x (line 9)
  rule no-x (line 9, reject, in mode shadow)
    ok  endpoint.name is "x1", expected to match "x*"`,
    );
  });

  test("it is the same for a verdict that was made compact and stored", () => {
    const verdict = explain(some, prod("pe-1"));

    expect(renderVerdict(Verdict.parse(JSON.parse(JSON.stringify(compactVerdict(verdict)))))).toBe(
      renderVerdict(verdict),
    );
  });
});

describe("the compact verdict", () => {
  const many = Array.from({ length: 1_000 }, (_, index) =>
    aRule(`r${index}`, { message: `m${index}`, "endpoint.name": "pe-*" }, approve),
  );
  const full = explain(aPolicy({ rules: many }), someFacts({ message: is("m7") }));
  const compact = compactVerdict(full);

  test("it keeps the decision and says how much it left out", () => {
    expect(compact).toMatchObject({
      kind: "approve",
      decidedBy: full.decidedBy,
      because: full.because,
      policyHash: full.policyHash,
    });
    expect(compact.rules.map(({ name }) => name)).toEqual(["r0", "r1", "r10", "r7"]);
    expect(compact.rulesOmitted).toBe(996);
    expect(Verdict.parse(compact)).toEqual(compact);
  });

  test("it keeps the rules that would have decided", () => {
    const shadow = aPolicy({ rules: [...many.slice(0, 100), { ...yesZ, mode: "shadow" }] });

    const { rules: kept } = compactVerdict(explain(shadow, someFacts(wholeZ)));

    expect(kept.map(({ name }) => name)).toContain("yes-z");
  });

  test("it is small even when everything is undecided", () => {
    const lost = someFacts({ message: unknown(), endpoint: { name: unknown() } });

    const undecided = compactVerdict(explain(aPolicy({ rules: many }), lost));

    expect(undecided.rules).toHaveLength(20);
    expect(undecided.undecided).toHaveLength(20);
    expect(undecided.omitted).toEqual({ decidedBy: 0, undecided: 980, vetoedBy: 0, wouldHave: 0 });
    expect(JSON.stringify(undecided).length).toBeLessThan(20_000);
  });

  test("it is small even when everything decides, vetoes or would have decided, and is told the same", () => {
    const hundred = (name: string, outcome: Parameters<typeof aRule>[2]) =>
      Array.from({ length: 100 }, (_, index) =>
        aRule(`${name}${index}`, { message: "hi" }, outcome, { mode: "approveOnly" }),
      );
    const hi = someFacts({ message: is("hi") });
    const approved = explain(aPolicy({ rules: hundred("yes", approve) }), hi);
    const vetoed = explain(
      aPolicy({ rules: [...hundred("yes", approve), ...hundred("no", reject("No."))] }),
      hi,
    );

    const smallApproved = compactVerdict(approved);
    const smallVetoed = compactVerdict(vetoed);

    expect(smallApproved.decidedBy).toEqual(approved.decidedBy.slice(0, 20));
    expect(smallApproved.omitted).toEqual({ decidedBy: 80, undecided: 0, vetoedBy: 0, wouldHave: 0 });
    expect(smallVetoed.vetoedBy).toEqual(vetoed.vetoedBy.slice(0, 20));
    expect(smallVetoed.wouldHave?.decidedBy).toHaveLength(20);
    expect(smallVetoed.rules.map(({ name }) => name)).toEqual(
      vetoed.vetoedBy.slice(0, 20).map(({ name }) => name),
    );
    expect(smallVetoed.omitted).toEqual({ decidedBy: 0, undecided: 0, vetoedBy: 80, wouldHave: 80 });
    for (const [small, whole] of [
      [smallApproved, approved],
      [smallVetoed, vetoed],
    ] as const) {
      expect(compactVerdict(small)).toEqual(small);
      expect(renderVerdict(small)).toBe(renderVerdict(whole));
      expect(Verdict.parse(JSON.parse(JSON.stringify(small)))).toEqual(small);
    }
  });

  test("what an earlier version kept is still understood", () => {
    const { vetoedBy: _vetoed, omitted: _omitted, ...old } = compact;

    expect(Verdict.parse(old)).toEqual(compact);
  });

  test("to make it compact again changes nothing", () => {
    expect(compactVerdict(compact)).toEqual(compact);
  });
});
