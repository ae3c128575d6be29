import { describe, expect, test } from "vitest";
import { describe as describeAnswer } from "../../../../shared/approval/answer.ts";
import { instant, RequestId } from "../../../../shared/connection/connection.ts";
import { checkPolicy } from "../../../../shared/policy-tools/lint/check.ts";
import { aFile, ask, found, fromUs, reject } from "./warnings.ts";

describe("an end that is a date", () => {
  const told = (time: string) => found([`name: r, when: { time: { ${time} } }, ${ask}`]);

  test("says which day is the last one, and what to write for the other", () => {
    expect(told("until: 2026-12-31, timezone: UTC")).toEqual([
      '7:39 rules[].when.time.until: ends when 2026-12-31 begins, so 2026-12-30 is its last day: write "2026-12-31T00:00" if that is meant, and "2027-01-01T00:00" if not',
    ]);
  });

  test.each([
    ["a time at that", "until: 2026-12-31T00:00, timezone: UTC"],
    ["a moment", "until: 2026-12-31T00:00Z"],
    ["a beginning", "from: 2026-12-31, timezone: UTC"],
  ])("but not %s", (_what, time) => {
    expect(told(time)).toEqual([]);
  });

  test("also of a freeze, and where it must not be", () => {
    const freeze = `freeze: [{ name: f, when: { time: { until: 2026-12-31, timezone: UTC } }, then: wait }]`;

    expect(found([`name: r, when: { ${fromUs} }, then: approve`], freeze)).toHaveLength(1);
    expect(told("not: { until: 2026-12-31, timezone: UTC }")).toHaveLength(1);
  });
});

describe("a time zone", () => {
  const told = (zone: string) => found([`name: r, when: { time: { days: mon, timezone: ${zone} } }, ${ask}`]);

  test.each([
    ["Etc/GMT+1", "Etc/GMT+1 is 1h behind UTC, and the other way round is Etc/GMT-1"],
    ["etc/gmt-11", "etc/gmt-11 is 11h ahead of UTC, and the other way round is Etc/GMT+11"],
    ["EST", "EST knows no summer time"],
  ])("%s is told to be another than it seems", (zone, message) => {
    expect(told(zone)).toEqual([`7:30 time: ${message}; name a place instead, like Europe/Oslo`]);
  });

  test.each(["UTC", "Etc/UTC", "Etc/GMT+0", "Europe/Oslo", "America/New_York"])(
    "%s is what it seems",
    (zone) => {
      expect(told(zone)).toEqual([]);
    },
  );
});

describe("a text that a number sign cuts off", () => {
  const rule = (reason: string) =>
    `name: r, when: { message: x }, then: { reject: { reason: ${reason}\n      } }`;

  test("is told with what is lost", () => {
    expect(found([rule("See ticket #4711")])).toEqual([
      '7:64 "#4711" is a comment and no part of this text; put the text in quotes, or a blank behind "#"',
    ]);
  });

  test.each(["See ticket # 4711", "'See ticket' #4711", '"See ticket #4711"', "See ticket #why", "See#4711"])(
    "but not %s",
    (reason) => {
      expect(found([rule(reason)])).toEqual([]);
    },
  );
});

describe("a reason that ARM has no room for", () => {
  const told = (reason: string, name = "r") =>
    found([`name: ${name}, when: { message: x }, then: { reject: { reason: "${reason}" } }`]);
  /** As many characters of a reason as are shown behind this name. */
  const room = (rule: string) => {
    const by = { kind: "rule" as const, rules: [rule] };
    const decision = { decision: "reject" as const, reason: "z".repeat(500), by, at: instant(0) };
    return [...describeAnswer({ id: RequestId.parse(`pec-${"0".repeat(32)}`), decision })].filter(
      (each) => each === "z",
    ).length;
  };

  test("says how much of it is shown", () => {
    expect(told("x".repeat(200))).toEqual([
      `7:13 only the first ${room("r")} of the 200 characters of this reason fit into ARM; say in those what to do, or where it is written`,
    ]);
  });

  test("is measured with the rule's own name, which is shown before it", () => {
    const name = "a-name-of-twenty-let";

    expect(told("x".repeat(room(name) + 1), name)).toEqual([]);
    expect(told("x".repeat(room(name) + 2), name)).toHaveLength(1);
  });

  test("is told of visibility and of the default as well", () => {
    const long = `{ reject: { reason: "${"x".repeat(200)}" } }`;
    const visibility = `visibility: { allow: { ${fromUs} }, otherwise: ${long} }`;

    expect(found([`name: r, when: { message: x }, ${ask}`], visibility)).toEqual([
      expect.stringMatching(/^5:1 only the first /),
    ]);
  });

  test("is shown on one line, however it is written", () => {
    expect(told(`${"x".repeat(40)}\\n${"x".repeat(20)}`)).toEqual([]);
  });
});

describe("an escalation that another question forestalls", () => {
  const escalating = (when: string, more = "") =>
    `name: r, ${more}when: { ${when} }, then: { ask: { approvers: [aks], timeout: 3d, escalateTo: [aks], escalateAfter: 30h } }`;
  const asking = (when: string, timeout = "8h", more = "") =>
    `name: s, ${more}when: { ${when} }, then: { ask: { approvers: [aks], timeout: ${timeout} } }`;
  const later = `whenUnknown: { ask: { approvers: [aks], timeout: 3d } }`;

  test("is told at the question, with both times", () => {
    expect(found([escalating("message: x"), asking("source: event")], later)).toEqual([
      '7:51 rule "r" escalates after 30h, but where rule "s" (line 8) asks, too, the question ends after 8h: escalate sooner, or make that timeout longer',
    ]);
  });

  test("is told of whenUnknown, too, which is asked beside a rule when a fact is lost", () => {
    expect(found([escalating("message: x")])).toEqual([
      '7:51 rule "r" escalates after 30h, but where whenUnknown (line 4) asks, too, the question ends after 24h: escalate sooner, or make that timeout longer',
    ]);
  });

  test.each([
    ["never asked together with it", [escalating("message: x"), asking("message: y")]],
    [
      "never asked together with any alternative",
      [escalating("message: x"), asking("anyOf: [{ message: y }, { message: z }]")],
    ],
    [
      "kept from it by an exception",
      [escalating("message: x"), `${asking("source: event")}, unless: [{ message: x }]`],
    ],
    ["longer", [escalating("message: x"), asking("source: event", "31h")]],
    ["only tried", [escalating("message: x"), asking("source: event", "8h", "mode: shadow, ")]],
    [
      "a veto, which asks nobody",
      [escalating("message: x"), asking("source: event", "8h", "mode: approveOnly, ")],
    ],
  ])("but not where the other one is %s", (_what, rules) => {
    expect(found(rules, later)).toEqual([]);
  });
});

describe("a freeze that holds nothing up", () => {
  const prod = "cluster: { tags: { env: prod } }";
  const freeze = (when = prod) =>
    `freeze: [{ name: f, when: { ${when}, time: { until: 2026-12-31T00:00Z } }, then: wait }]`;
  const approving = `name: a, when: { ${fromUs}, message: x }, then: approve`;
  const told = (rules: readonly string[], more = freeze()) =>
    found(rules, more).filter((text) => text.includes("freeze"));
  const message = (rule: string) =>
    `5:18 freeze "f" never holds anything up: rule ${rule} wherever something would be approved in it, and what people decide no freeze stops`;

  test("because a rule asks wherever it holds", () => {
    expect(told([approving, `name: s, when: { ${prod} }, ${ask}`])).toEqual([message('"s" (line 8) asks')]);
    expect(told([`name: s, when: { ${prod} }, ${ask}`])).toEqual([message('"s" (line 7) asks')]);
  });

  test("because rules ask about all that is approved in it", () => {
    const rules = [
      approving,
      `name: b, when: { ${fromUs}, message: y }, then: approve`,
      `name: s, when: { cluster: { tags: { env: [prod, test] } }, message: x }, ${ask}`,
      `name: t, when: { cluster: { tags: { env: prod } }, message: y }, ${reject}`,
    ];

    expect(told(rules)).toEqual([message('"s" (line 9) asks')]);
  });

  test.each([
    ["something is approved in it", [approving, `name: s, when: { ${prod}, source: event }, ${ask}`]],
    [
      "one of several approvals is not asked about",
      [
        approving,
        `name: b, when: { ${fromUs}, message: y }, then: approve`,
        `name: s, when: { ${prod}, message: x }, ${ask}`,
      ],
    ],
    ["nothing is approved in it by now", [`name: s, when: { ${prod}, source: event }, ${ask}`]],
    ["the rule that asks is only tried", [approving, `name: s, mode: shadow, when: { ${prod} }, ${ask}`]],
  ])("but not where %s", (_what, rules) => {
    expect(told(rules)).toEqual([]);
  });
});

describe("an authentication context that is lost where a fact cannot be read", () => {
  const asking = "then: { ask: { approvers: [aks], authContext: c1 } }";
  const advice = ": where a fact cannot be read, people answer without it; demand it there, too";
  const whenUnknown = (context: string) => `whenUnknown: { ask: { approvers: [aks]${context} } }`;
  const told = (rule: string, more = whenUnknown("")) =>
    found([rule], more).map((text) => text.replace(/^\d+:\d+ /, ""));

  test("is told of a rule", () => {
    expect(found([`name: r, when: { message: x }, ${asking}`], whenUnknown(""))).toEqual([
      `7:51 rule "r" demands the authentication context c1, which whenUnknown (line 5) does not${advice}`,
    ]);
  });

  test("is told of a freeze", () => {
    const freeze = `freeze: [{ name: f, when: { time: { from: 2026-12-01T00:00Z } }, ${asking} }]`;

    expect(told(`name: r, when: { ${fromUs} }, then: approve`, `${freeze}\n${whenUnknown("")}`)).toEqual([
      `freeze "f" demands the authentication context c1, which whenUnknown (line 6) does not${advice}`,
    ]);
  });

  test.each([
    ["demands one as well", `name: r, when: { message: x }, ${asking}`, whenUnknown(", authContext: c2")],
    [
      "takes nothing away, since nobody demands one",
      `name: r, when: { message: x }, ${ask}`,
      whenUnknown(""),
    ],
    [
      "comes after a rule that asks nobody",
      `name: r, mode: approveOnly, when: { message: x }, ${asking}`,
      whenUnknown(""),
    ],
    [
      "comes after a rule that does nothing",
      `name: r, mode: shadow, when: { message: x }, ${asking}`,
      whenUnknown(""),
    ],
  ])("but not where whenUnknown %s", (_why, rule, more) => {
    expect(told(rule, more).filter((text) => text.includes("authentication context"))).toEqual([]);
  });

  test("is told of the default; where no whenUnknown is written, the default stands in for it with all that it demands", () => {
    const said = (more: string) =>
      checkPolicy(
        aFile([`name: r, when: { message: x }, ${ask}`], more).replace(
          "ask: { approvers: [aks] }",
          "ask: { approvers: [aks], authContext: c3 }",
        ),
        "policy.yaml",
      ).map(({ message }) => message);

    expect(said(whenUnknown(""))).toEqual([
      `default demands the authentication context c3, which whenUnknown (line 5) does not${advice}`,
    ]);
    expect(said("")).toEqual([]);
  });
});

describe("a rule that asks integrations alone", () => {
  const systems = "integrations: { tickets: { signed: true } }";
  const told = (then: string, more = "") =>
    found([`name: r, when: { message: x }, ${more}then: { ask: ${then} }`], systems);

  test("is told to reach no person, and how it ends where the system is silent", () => {
    expect(told("{ approvers: [tickets], timeout: 8h }")).toEqual([
      '7:51 rule "r" asks integrations alone: no person hears of it or can answer, and after 8h it expires; ask people, too, unless that is meant',
    ]);
    expect(told("{ approvers: [tickets], onTimeout: reject }")[0]).toContain(
      "after 24h it is rejected for good",
    );
  });

  test.each([
    ["asks people, too", "{ approvers: { tickets: 1, aks: 1 } }"],
    ["asks people", "{ approvers: [aks] }"],
  ])("but not one that %s", (_what, then) => {
    expect(told(then).filter((text) => text.includes("alone"))).toEqual([]);
  });

  test("nor one that is on trial", () => {
    expect(
      told("{ approvers: [tickets] }", "mode: shadow, ").filter((text) => text.includes("alone")),
    ).toEqual([]);
  });
});
