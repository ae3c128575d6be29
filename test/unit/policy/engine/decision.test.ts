import { describe, expect, test } from "vitest";
import type { PolicyContent } from "../../../../shared/policy/content.ts";
import type { Policy } from "../../../../shared/policy/engine/compiled.ts";
import { withApprovalsOff } from "../../../../shared/policy/engine/compiled.ts";
import { evaluate } from "../../../../shared/policy/engine/evaluate.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import {
  absent,
  aFreeze,
  anAsk,
  aPolicy,
  approve,
  aRule,
  asks,
  during,
  HOUR,
  is,
  onlyVisible,
  reject,
  type Said,
  SOMEONE,
  someFacts,
  tagged,
  unknown,
} from "./content.ts";

const rejecting = aRule("no-x", { "endpoint.name": "x*" }, reject("Never x."), { line: 11 });
const asking = aRule("ask-y", { message: "y*" }, asks(["duty"], { timeoutMs: 8 * HOUR }), { line: 12 });
const approving = aRule("yes-z", { "cluster.tags.z": "yes" }, approve, { line: 13 });
const rules = [rejecting, asking, approving];

const x: Said = { endpoint: { name: is("x1") } };
const y: Said = { message: is("y1") };
const z: Said = { cluster: { tags: tagged({ z: "yes" }) } };
const lostName: Said = { endpoint: { name: unknown() } };

const decided = (policy: Policy, said: Said) => {
  const { kind, decidedBy, undecided, vetoedBy, wouldHave } = evaluate(policy, someFacts(said));
  const names = (refs: readonly { name: string }[]) => refs.map(({ name }) => name).join(" ");
  return {
    kind,
    by: names(decidedBy),
    ...(undecided.length > 0 && { undecided: names(undecided) }),
    ...(vetoedBy.length > 0 && { vetoed: names(vetoedBy) }),
    ...(wouldHave && { would: `${wouldHave.kind} by ${names(wouldHave.decidedBy)}` }),
  };
};
type Expected = ReturnType<typeof decided>;

describe("visibility: who fits none of its blocks may not ask", () => {
  const seen = { "consumer.tenant": "ours" };
  const ours: Said = { consumer: { tenant: is("ours") } };
  const lost: Said = { consumer: { tenant: unknown() } };
  const leaving = aPolicy({ rules, visibility: onlyVisible([seen, { source: "cli" }]) });
  const refusing = aPolicy({ rules, visibility: onlyVisible([seen], reject("Not ours.")) });

  test.each<[string, Policy, Said, Expected]>([
    ["one block is enough", leaving, { ...z, source: is("cli") }, { kind: "approve", by: "yes-z" }],
    ["a stranger is left, whatever would approve", leaving, z, { kind: "leave", by: "visibility" }],
    ["a stranger bothers nobody", leaving, y, { kind: "leave", by: "visibility" }],
    ["a stranger bothers nobody by default", leaving, {}, { kind: "leave", by: "visibility" }],
    ["a rule that rejects comes first", leaving, x, { kind: "reject", by: "no-x" }],
    ["a stranger is rejected", refusing, z, { kind: "reject", by: "visibility" }],
    ["by rule and by visibility", refusing, x, { kind: "reject", by: "no-x visibility" }],
    ["who is seen goes on", refusing, { ...ours, ...y }, { kind: "ask", by: "ask-y" }],
    ["nobody knows", leaving, { ...lost, ...z }, { kind: "ask", by: "whenUnknown", undecided: "visibility" }],
    [
      "nobody knows, and a rule asks",
      leaving,
      { ...lost, ...y },
      { kind: "ask", by: "ask-y whenUnknown", undecided: "visibility" },
    ],
    ["nobody knows, and a rule rejects", leaving, { ...lost, ...x }, { kind: "reject", by: "no-x" }],
  ])("%s", (_name, policy, said, expected) => {
    expect(decided(policy, said)).toEqual(expected);
  });

  test("the reasons are joined", () => {
    expect(evaluate(refusing, someFacts(x))).toMatchObject({ reason: "Never x. Not ours." });
  });

  test.each<[string, Policy, Said, string]>([
    ["left", leaving, z, "Visibility (line 5) leaves it: it is none of the requests that may be made."],
    ["rejected", refusing, z, "Visibility (line 5) rejects: Not ours."],
    [
      "undecided",
      leaving,
      { ...lost, ...z },
      'Because consumer.tenant ("403 Forbidden") is unknown and visibility (line 5) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    ],
  ])("it says why: %s", (_name, policy, said, because) => {
    expect(explain(policy, someFacts(said)).because).toBe(because);
  });
});

describe("a rule in mode approveOnly only keeps others from approving: then the default decides", () => {
  const policy = aPolicy({
    rules: [
      { ...rejecting, mode: "approveOnly" },
      { ...asking, mode: "approveOnly" },
      approving,
      aRule("ask-w", { message: "*w" }, asks(["aks"])),
    ],
  });
  const xz = { ...x, ...z };

  test.each<[string, Said, Expected]>([
    ["it rejects nothing", x, { kind: "ask", by: "default", would: "reject by no-x" }],
    ["it asks nobody", y, { kind: "ask", by: "default" }],
    ["over an approve", xz, { kind: "ask", by: "default", vetoed: "no-x", would: "reject by no-x" }],
    [
      "one that would ask, over an approve",
      { ...y, ...z },
      { kind: "ask", by: "default", vetoed: "ask-y", would: "ask by ask-y" },
    ],
    [
      "several",
      { ...xz, ...y },
      { kind: "ask", by: "default", vetoed: "ask-y no-x", would: "reject by no-x" },
    ],
    [
      "an ask goes before it",
      { ...xz, message: is("w") },
      { kind: "ask", by: "ask-w", would: "reject by no-x" },
    ],
    [
      "undecided, over an approve",
      { ...lostName, ...z },
      { kind: "ask", by: "whenUnknown", undecided: "no-x" },
    ],
    ["undecided, over the default", lostName, { kind: "ask", by: "default" }],
    [
      "matched, it needs no undecided one",
      { ...lostName, ...y, ...z },
      { kind: "ask", by: "default", vetoed: "ask-y", would: "ask by ask-y whenUnknown" },
    ],
    [
      "over an undecided approve: people are asked as without it",
      { ...x, cluster: { tags: unknown() } },
      { kind: "ask", by: "whenUnknown", undecided: "yes-z", would: "reject by no-x" },
    ],
    [
      "undecided beside an undecided approve",
      { ...lostName, cluster: { tags: unknown() } },
      { kind: "ask", by: "whenUnknown", undecided: "yes-z" },
    ],
  ])("%s", (_name, said, expected) => {
    expect(decided(policy, said)).toEqual(expected);
  });

  test("a default that rejects rejects", () => {
    const strict = aPolicy({
      default: { line: 6, outcome: reject("Closed.") },
      rules: [{ ...asking, mode: "approveOnly" }, approving],
    });

    expect(explain(strict, someFacts({ ...y, ...z }))).toMatchObject({
      kind: "reject",
      because:
        "Rule yes-z (line 13) matched, but rule ask-y (line 12, mode approveOnly) keeps it from being approved, so the default rejects: Closed.",
    });
  });

  test("undecided, it frees nobody from what a freeze or the kill switch demands", () => {
    const freezes = [aFreeze("audit", { source: "sweep" }, asks(["auditors"]))];
    const off = withApprovalsOff(
      aPolicy({ rules: [{ ...rejecting, mode: "approveOnly" }, approving], freezes }),
    );

    expect(decided(off, { ...lostName, ...z })).toEqual({
      kind: "ask",
      by: "killSwitch audit whenUnknown",
      undecided: "no-x",
    });
  });

  test.each<[string, Said, string]>([
    [
      "one",
      xz,
      "Rule yes-z (line 13) matched, but rule no-x (line 11, mode approveOnly) keeps it from being approved, so the default asks 1 of aks, within 24h.",
    ],
    [
      "several",
      { ...xz, ...y },
      "Rule yes-z (line 13) matched, but rule ask-y (line 12, mode approveOnly) and rule no-x (line 11, mode approveOnly) keep it from being approved, so the default asks 1 of aks, within 24h.",
    ],
    [
      "undecided",
      { ...lostName, ...z },
      'Because endpoint.name ("403 Forbidden") is unknown and rule no-x (line 11) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    ],
    ["none that mattered", x, "No enforced rule matched, so the default asks 1 of aks, within 24h."],
    ["none for sure", lostName, "No enforced rule matched, so the default asks 1 of aks, within 24h."],
    ["none at all", {}, "No rule matched, so the default asks 1 of aks, within 24h."],
  ])("it says why: %s", (_name, said, because) => {
    expect(explain(policy, someFacts(said)).because).toBe(because);
  });

  test("what is on trial, or did not match, is not among those it kept from approving", () => {
    const trial = aRule("trial", { "cluster.tags.z": "yes" }, approve, { mode: "shadow" });
    const other = aRule("other", { "cluster.tags.z": "no" }, approve);
    const some = aPolicy({ rules: [{ ...rejecting, mode: "approveOnly" }, approving, trial, other] });

    expect(explain(some, someFacts(xz)).because).toMatch(/^Rule yes-z \(line 13\) matched, but rule no-x /);
  });

  test("an approve rule in this mode approves", () => {
    expect(decided(aPolicy({ rules: [{ ...approving, mode: "approveOnly" }] }), z)).toEqual({
      kind: "approve",
      by: "yes-z",
    });
  });
});

describe("a rule in mode shadow does nothing but tell what it would have done", () => {
  const shadow = rules.map((rule) => ({ ...rule, mode: "shadow" as const }));

  test.each<[string, Said, Expected]>([
    ["reject", x, { kind: "ask", by: "default", would: "reject by no-x" }],
    ["approve", z, { kind: "ask", by: "default", would: "approve by yes-z" }],
    ["ask, where people are asked anyway", y, { kind: "ask", by: "default" }],
    ["undecided", lostName, { kind: "ask", by: "default" }],
  ])("%s", (_name, said, expected) => {
    expect(decided(aPolicy({ rules: shadow }), said)).toEqual(expected);
  });

  test("it is no secret that one matched", () => {
    expect(explain(aPolicy({ rules: shadow }), someFacts(z)).because).toBe(
      "No enforced rule matched, so the default asks 1 of aks, within 24h.",
    );
  });

  test("an approval that would have waited would have been an approval", () => {
    const freezes = [aFreeze("always", { time: during({ from: 0 }) })];

    expect(decided(aPolicy({ rules: shadow, freezes }), z)).toEqual({
      kind: "ask",
      by: "default",
      would: "approve by yes-z",
    });
  });
});

describe("a policy in mode approveOnly rejects nobody and asks nobody", () => {
  const only = (said: Partial<PolicyContent> = {}) =>
    aPolicy({ mode: "approveOnly", rules: rules.map((rule) => ({ ...rule, mode: "approveOnly" })), ...said });
  const frozen = aFreeze("year-end", { time: during({ from: 0 }) }, asks(["duty"]));

  test.each<[string, Policy, Said, Expected]>([
    ["approve", only(), z, { kind: "approve", by: "yes-z" }],
    ["reject", only(), x, { kind: "leave", by: "default", would: "reject by no-x" }],
    [
      "reject, over an approve",
      only(),
      { ...x, ...z },
      { kind: "leave", by: "default", vetoed: "no-x", would: "reject by no-x" },
    ],
    [
      "an undecided reject, over an approve",
      only(),
      { ...lostName, ...z },
      { kind: "leave", by: "whenUnknown", undecided: "no-x", would: "ask by whenUnknown" },
    ],
    ["an undecided reject", only(), lostName, { kind: "leave", by: "default", would: "ask by whenUnknown" }],
    ["the default's ask", only(), {}, { kind: "leave", by: "default", would: "ask by default" }],
    [
      "the default's reject",
      only({ default: { line: 6, outcome: reject("Closed.") } }),
      {},
      { kind: "leave", by: "default", would: "reject by default" },
    ],
    [
      "an undecided approve",
      only(),
      { cluster: { tags: unknown() } },
      { kind: "leave", by: "whenUnknown", undecided: "yes-z", would: "ask by whenUnknown" },
    ],
    [
      "the kill switch's ask",
      withApprovalsOff(only()),
      z,
      { kind: "leave", by: "killSwitch", would: "ask by killSwitch" },
    ],
    [
      "a freeze's ask",
      only({ freezes: [frozen] }),
      z,
      { kind: "leave", by: "year-end", would: "ask by year-end" },
    ],
    [
      "a freeze's wait",
      only({ freezes: [{ ...frozen, outcome: { kind: "wait" } }] }),
      z,
      { kind: "wait", by: "year-end" },
    ],
    [
      "visibility's reject",
      only({ visibility: onlyVisible([{ source: "cli" }], reject("No.")) }),
      z,
      { kind: "leave", by: "visibility", would: "reject by visibility" },
    ],
    [
      "visibility's leave",
      only({ visibility: onlyVisible([{ source: "cli" }]) }),
      z,
      { kind: "leave", by: "visibility" },
    ],
  ])("%s", (_name, policy, said, expected) => {
    expect(decided(policy, said)).toEqual(expected);
  });

  test.each<[string, Policy, Said, string]>([
    ["by default", only(), x, "In mode approveOnly the default leaves it."],
    [
      "a veto",
      only(),
      { ...x, ...z },
      "In mode approveOnly the default leaves it: rule yes-z (line 13) matched, but rule no-x (line 11, mode approveOnly) keeps it from being approved.",
    ],
    [
      "what is unknown",
      only(),
      { ...lostName, ...z },
      'In mode approveOnly whenUnknown leaves it, because endpoint.name ("403 Forbidden") is unknown and rule no-x (line 11) cannot be decided.',
    ],
    [
      "several",
      withApprovalsOff(only({ freezes: [frozen] })),
      z,
      "In mode approveOnly the kill switch and freeze year-end (line 1) leave it.",
    ],
  ])("it says why: %s", (_name, policy, said, because) => {
    expect(explain(policy, someFacts(said)).because).toBe(because);
  });

  test("what is unknown is also said of what would have been", () => {
    expect(explain(only(), someFacts(lostName)).wouldHave?.because).toBe(
      'Because endpoint.name ("403 Forbidden") is unknown and rule no-x (line 11) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    );
  });
});

describe("a policy in mode shadow leaves everything, and tells what it would have done", () => {
  const policy = aPolicy({ mode: "shadow", rules: rules.map((rule) => ({ ...rule, mode: "shadow" })) });

  test.each<[string, Said, Expected]>([
    ["approve", z, { kind: "leave", by: "default", would: "approve by yes-z" }],
    ["reject", x, { kind: "leave", by: "default", would: "reject by no-x" }],
    ["default", {}, { kind: "leave", by: "default", would: "ask by default" }],
    ["undecided", lostName, { kind: "leave", by: "default", would: "ask by whenUnknown" }],
  ])("%s", (_name, said, expected) => {
    expect(decided(policy, said)).toEqual(expected);
  });

  test("it says why", () => {
    expect(explain(policy, someFacts(z))).toMatchObject({
      mode: "shadow",
      because: "In mode shadow the default leaves it.",
      wouldHave: { because: "Rule yes-z (line 13) approves: every condition holds." },
    });
  });
});

test("what visibility leaves is left by it, whatever the mode", () => {
  const policy = aPolicy({ mode: "shadow", visibility: onlyVisible([{ source: "cli" }]) });

  expect(evaluate(policy, someFacts())).toMatchObject({
    kind: "leave",
    mode: null,
    decidedBy: [{ name: "visibility", line: 5 }],
    wouldHave: null,
  });
});

describe("the kill switch: what would be approved asks people", () => {
  const waiting = aFreeze("f", { time: during({ from: 0 }) });
  const auditing = aFreeze("audit", { source: "cli" }, asks(["auditors"]), 23);
  const off = withApprovalsOff(aPolicy({ rules, freezes: [waiting, auditing] }));

  test.each<[string, Said, Expected]>([
    ["an approve, also one that would wait", z, { kind: "ask", by: "killSwitch" }],
    [
      "with a freeze that asks: both ask",
      { ...z, source: is("cli") },
      { kind: "ask", by: "killSwitch audit" },
    ],
    [
      "with a freeze that nobody knows about",
      { ...z, source: unknown() },
      { kind: "ask", by: "killSwitch whenUnknown", undecided: "audit" },
    ],
    ["a reject stays", { ...x, ...z }, { kind: "reject", by: "no-x" }],
    ["an ask stays", { ...y, ...z }, { kind: "ask", by: "ask-y" }],
    ["the default stays", {}, { kind: "ask", by: "default" }],
  ])("%s", (_name, said, expected) => {
    expect(decided(off, said)).toEqual(expected);
  });

  test("it asks whom the default asks", () => {
    expect(explain(off, someFacts(z))).toMatchObject({
      decidedBy: [{ name: "killSwitch", line: 6 }],
      requirement: { requirements: [{ approvers: ["aks"] }] },
      because: "The kill switch asks 1 of aks, within 24h.",
    });
  });

  test("it asks whom whenUnknown asks when the default rejects", () => {
    const strict = withApprovalsOff(aPolicy({ rules, default: { line: 6, outcome: reject("Closed.") } }));

    expect(evaluate(strict, someFacts(z))).toMatchObject({
      decidedBy: [{ name: "killSwitch", line: 6 }],
      requirement: { requirements: [{ approvers: ["duty"] }] },
    });
  });

  test("it changes the hash, once", () => {
    const policy = aPolicy({ rules });
    const once = withApprovalsOff(policy);

    // printf 'approvals off\n%064d' 0 | sha256sum
    expect(once.hash).toBe("aa90be13c9d370fec861c2dd730ddaa1d510a641d72c27b75c88ad4ea1b8fbd9");
    expect(withApprovalsOff(once)).toEqual(once);
    expect(policy.approvals).toBe("on");
  });
});

describe("a freeze holds back what would be approved", () => {
  const prod = { "cluster.tags.env": "prod" };
  const winter = { time: during({ until: Date.parse("2027-01-04T06:00Z") }) };
  const longer = { time: during({ until: Date.parse("2027-02-01T00:00Z") }) };
  const inProd: Said = { cluster: { tags: tagged({ z: "yes", env: "prod" }) } };
  const policy = aPolicy({
    rules,
    freezes: [
      aFreeze("year-end", { ...winter, ...prod }, { kind: "wait" }, 21),
      aFreeze("migration", { ...longer, message: "*move*" }, { kind: "wait" }, 22),
      aFreeze("audit", { source: "cli" }, asks(["duty"]), 23),
      aFreeze("drill", { source: "c*" }, asks(["aks"], { timeoutMs: HOUR }), 24),
    ],
  });

  test.each<[string, Said, Expected]>([
    ["no freeze holds", z, { kind: "approve", by: "yes-z" }],
    ["it waits", inProd, { kind: "wait", by: "year-end" }],
    ["for several", { ...inProd, message: is("move") }, { kind: "wait", by: "migration year-end" }],
    ["people are asked", { ...z, source: is("cli") }, { kind: "ask", by: "audit drill" }],
    ["asking beats waiting", { ...inProd, source: is("cloud") }, { kind: "ask", by: "drill" }],
    [
      "nobody knows",
      { ...z, source: unknown() },
      { kind: "ask", by: "whenUnknown", undecided: "audit drill" },
    ],
    [
      "nobody knows about one",
      { ...inProd, time: unknown() },
      { kind: "ask", by: "whenUnknown", undecided: "year-end" },
    ],
    ["an ask stays", { ...inProd, ...y }, { kind: "ask", by: "ask-y" }],
    ["a reject stays", { ...inProd, ...x }, { kind: "reject", by: "no-x" }],
    ["the default stays", { cluster: { tags: tagged({ env: "prod" }) } }, { kind: "ask", by: "default" }],
  ])("%s", (_name, said, expected) => {
    expect(decided(policy, said)).toEqual(expected);
  });

  test("it waits until the last of the freezes is over", () => {
    expect(explain(policy, someFacts({ ...inProd, message: is("move") }))).toMatchObject({
      until: "2027-02-01T00:00:00.000Z",
      because:
        "It would be approved, but waits until 2027-02-01 00:00 UTC because of freeze migration (line 22) and freeze year-end (line 21).",
    });
  });

  test.each<[string, Said, string]>([
    ["people are asked", { ...z, source: is("cloud") }, "Freeze drill (line 24) asks 1 of aks, within 1h."],
    [
      "nobody knows",
      { ...inProd, time: unknown() },
      'Because time ("403 Forbidden") is unknown and freeze year-end (line 21) cannot be decided, whenUnknown asks 1 of duty, within 2h.',
    ],
  ])("it says why: %s", (_name, said, because) => {
    expect(explain(policy, someFacts(said)).because).toBe(because);
  });
});

describe("preventSelfReview keeps the requester from reviewing", () => {
  const careful = aRule("careful", { message: "hi" }, asks(["aks"], { preventSelfReview: true }), {
    line: 12,
  });
  const plain = aRule("plain", { message: "h*" }, asks(["duty"]), { line: 13 });
  const policy = aPolicy({ rules: [careful, plain] });
  const hi: Said = { message: is("hi") };

  test("when one ask says so, for all of them", () => {
    expect(evaluate(policy, someFacts({ ...hi, requesterId: is(SOMEONE.toUpperCase()) }))).toMatchObject({
      decidedBy: [{ name: "careful" }, { name: "plain" }],
      undecided: [],
      requirement: { preventSelfReview: true, excludedReviewer: SOMEONE },
    });
  });

  test("not when no ask says so that takes part", () => {
    expect(evaluate(policy, someFacts({ message: is("ho") }))).toMatchObject({
      requirement: { preventSelfReview: false, excludedReviewer: null },
    });
  });

  test.each<[string, Said["requesterId"], string]>([
    ["unknown", unknown("no activity log"), "no activity log"],
    ["absent", absent, "nobody is known by object id"],
    ["blank", is(" \t"), "nobody is known by object id"],
    ["a sign-in name", is("ana@example.com"), "nobody is known by object id"],
    ["a guest's name", is("ana_partner.com#EXT#@example.com"), "nobody is known by object id"],
    ["an object id with something invisible", is(`${SOMEONE}\u200b`), "nobody is known by object id"],
  ])("when it is %s who that is, whenUnknown joins", (_name, requesterId, cause) => {
    expect(explain(policy, someFacts({ ...hi, ...(requesterId && { requesterId }) }))).toMatchObject({
      decidedBy: [{ name: "careful" }, { name: "plain" }, { name: "whenUnknown" }],
      undecided: [{ name: "careful", line: 12 }],
      requirement: { preventSelfReview: true, excludedReviewer: null },
      because: `Because requesterId ("${cause}") is unknown, whenUnknown is asked, too: rule careful (line 12), rule plain (line 13) and whenUnknown ask 2 of aks and 2 of duty (one more each while it is unknown who asked; one person may count for several rules), within 2h.`,
    });
  });

  test("what else is unknown to the rule that says so is not to blame", () => {
    const anyOf = [{ message: "hi" }, { source: "cli" }];
    const either = aPolicy({ rules: [{ ...careful, anyOf: aRule("", {}, approve, { anyOf }).anyOf }] });

    expect(explain(either, someFacts({ ...hi, source: unknown(), requesterId: absent })).because).toBe(
      'Because requesterId ("nobody is known by object id") is unknown, whenUnknown is asked, too: rule careful (line 12) and whenUnknown ask 2 of aks and 2 of duty (one more each while it is unknown who asked; one person may count for several rules), within 2h.',
    );
  });

  test("what cannot be decided, and whom to keep out, are told together", () => {
    const some = aPolicy({ rules: [careful, rejecting] });

    expect(explain(some, someFacts({ ...hi, ...lostName, requesterId: absent }))).toMatchObject({
      undecided: [{ name: "no-x" }, { name: "careful" }],
      because:
        'Because endpoint.name ("403 Forbidden") and requesterId ("nobody is known by object id") are unknown and rule no-x (line 11) cannot be decided, rule careful (line 12) and whenUnknown ask 2 of aks and 2 of duty (one more each while it is unknown who asked; one person may count for several rules), within 2h.',
    });
  });

  test("a freeze's ask can say so, too", () => {
    const freezes = [aFreeze("f", { source: "sweep" }, asks(["aks"], { preventSelfReview: true }))];

    expect(evaluate(aPolicy({ rules: [approving], freezes }), someFacts(z))).toMatchObject({
      decidedBy: [{ name: "f" }],
      requirement: { excludedReviewer: SOMEONE },
    });
  });

  test("the default's ask can say so, too, and whenUnknown's", () => {
    const byDefault = aPolicy({ default: { line: 6, outcome: asks(["aks"], { preventSelfReview: true }) } });
    const whenUnknown = aPolicy({
      rules,
      whenUnknown: { line: 7, ask: anAsk(["duty"], { preventSelfReview: true }) },
    });

    expect(evaluate(byDefault, someFacts())).toMatchObject({
      requirement: { excludedReviewer: SOMEONE },
    });
    expect(decided(byDefault, { requesterId: absent })).toEqual({
      kind: "ask",
      by: "default whenUnknown",
      undecided: "default",
    });
    expect(explain(byDefault, someFacts({ requesterId: absent })).because).toBe(
      'Because requesterId ("nobody is known by object id") is unknown, whenUnknown is asked, too: no rule matched, so the default and whenUnknown ask 2 of aks and 2 of duty (one more each while it is unknown who asked; one person may count for several rules), within 2h.',
    );
    expect(evaluate(whenUnknown, someFacts(lostName))).toMatchObject({
      requirement: { excludedReviewer: SOMEONE },
    });
  });
});
