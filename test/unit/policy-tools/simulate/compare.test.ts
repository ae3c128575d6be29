import { describe, expect, test } from "vitest";
import { Facts } from "../../../../shared/policy/facts.ts";
import { compare } from "../../../../shared/policy-tools/simulate/compare.ts";
import { sentences, summarize } from "../../../../shared/policy-tools/simulate/summary.ts";
import { aFile, load } from "../../policy/builders.ts";
import { judge, recorded, recordedFacts } from "./world.ts";

const asks = load(aFile(""));
const approves = load(aFile("  - { name: prod, when: { cluster: { tags: { env: prod } } }, then: approve }"));
const asksDuty = load(aFile("", { byDefault: "ask: { approvers: [duty] }" }));
const looksUp = load(
  aFile("  - { name: tagged, when: { consumer: { tags: { team: x } } }, then: { reject: { reason: No. } } }"),
);
const looksUpFirst = load(
  aFile(
    "  - { name: tagged, when: { cluster: { name: other }, requester: me }, then: { reject: { reason: No. } } }",
  ),
);

describe("a request on record, compared with what was decided then, is", () => {
  test("the same when the same is done, by whichever rules", () => {
    const renamed = load(
      aFile("  - { name: other-name, when: { endpoint: { name: pe-* } }, then: approve }"),
    );

    expect(compare(recorded(approves), { after: judge(renamed), before: null }).kind).toBe("same");
  });

  test("different when something else is done", () => {
    expect(compare(recorded(asks), { after: judge(approves), before: null })).toMatchObject({
      kind: "different",
      before: { kind: "ask" },
      after: { kind: "approve" },
    });
  });

  test("different when other people are asked, or otherwise", () => {
    const later = load(aFile("", { byDefault: "ask: { approvers: [aks], timeout: 2d }" }));

    expect(compare(recorded(asks), { after: judge(asksDuty), before: null }).kind).toBe("different");
    expect(compare(recorded(asks), { after: judge(later), before: null }).kind).toBe("different");
  });

  test("untold when the answer depends on facts that nobody looked up then", () => {
    expect(compare(recorded(asks), { after: judge(looksUp), before: null })).toMatchObject({
      kind: "untold",
      missing: ["consumer.tags"],
    });
  });

  test("told when those facts could not change the answer", () => {
    expect(compare(recorded(asks), { after: judge(looksUpFirst), before: null }).kind).toBe("same");
  });

  test("told when somebody looked and could not see", () => {
    const tags = { kind: "unknown", cause: "Resource Graph: FORBIDDEN" } as const;
    const facts = recordedFacts({ consumer: { ...recordedFacts().consumer, tags } });

    expect(compare(recorded(asks, { facts }), { after: judge(looksUp), before: null })).toMatchObject({
      kind: "same",
      after: { kind: "ask", undecided: [{ name: "tagged" }] },
    });
  });

  test("told when what nobody looked up matters only to a rule that is decided without it", () => {
    const tags = { kind: "unknown", cause: "429" } as const;
    const facts = recordedFacts({ consumer: { ...recordedFacts().consumer, tags } });
    const both = load(
      aFile(
        [
          "  - { name: tagged, when: { consumer: { tags: { team: x } } }, then: { reject: { reason: No. } } }",
          "  - { name: idle, when: { cluster: { name: other }, requester: me }, then: { reject: { reason: No. } } }",
        ].join("\n"),
      ),
    );

    expect(compare(recorded(asks, { facts }), { after: judge(both), before: null }).kind).toBe("same");
  });

  test.each([
    [
      "an alternative",
      "when: { anyOf: [{ requester: me }] }, then: { reject: { reason: No. } }",
      "requester",
    ],
    ["an exception", "unless: [{ requester: me }], then: { reject: { reason: No. } }", "requester"],
    [
      "the other side of a comparison",
      "when: { message: { not: { sameAs: requester } }, source: { sameAs: requester } }, then: { reject: { reason: No. } }",
      "requester",
    ],
    [
      "whom to keep from reviewing",
      "then: { ask: { approvers: [aks], preventSelfReview: true } }",
      "requesterId",
    ],
  ])("untold when what nobody looked up is in %s", (_what, rule, missing) => {
    const policy = load(
      aFile(`  - { name: r, ${rule} }`, { more: "whenUnknown: { ask: { approvers: [duty] } }" }),
    );

    expect(compare(recorded(asks), { after: judge(policy), before: null })).toMatchObject({
      kind: "untold",
      missing: [missing],
    });
  });

  test("untold when whom to keep from reviewing was not recorded yet in those days", () => {
    const { requesterId: _later, ...earlier } = recordedFacts();
    const facts = Facts.parse(earlier);
    const policy = load(
      aFile("  - { name: r, then: { ask: { approvers: [aks], preventSelfReview: true } } }", {
        more: "whenUnknown: { ask: { approvers: [duty] } }",
      }),
    );

    expect(compare(recorded(asks, { facts }), { after: judge(policy), before: null })).toMatchObject({
      kind: "untold",
      missing: ["requesterId"],
    });
  });

  test("untold when visibility depends on what nobody looked up", () => {
    const policy = load(aFile("", { more: "visibility: { allow: { requester: me } }" }));

    expect(compare(recorded(asks), { after: judge(policy), before: null })).toMatchObject({
      kind: "untold",
      missing: ["requester"],
    });
  });

  test("untold once for each fact, in order", () => {
    const policy = load(
      aFile(
        "  - { name: r, when: { requester: me, consumer: { tags: { a: x, b: y }, tenant: z } }, then: { reject: { reason: No. } } }",
      ),
    );

    expect(compare(recorded(asks), { after: judge(policy), before: null })).toMatchObject({
      missing: ["consumer.tags", "consumer.tenant", "requester"],
    });
  });

  test.each([
    ["people in another order", "[aks, duty]", "[duty, aks]", "same"],
    [
      "other people later",
      "[aks], escalateTo: [duty], escalateAfter: 1h",
      "[aks], escalateTo: [aks], escalateAfter: 1h",
      "different",
    ],
    [
      "the same people later, or sooner",
      "[aks], escalateTo: [duty], escalateAfter: 1h",
      "[aks], escalateTo: [duty], escalateAfter: 2h",
      "different",
    ],
    [
      "the same people later, in another order",
      "[aks], escalateTo: [duty, aks], escalateAfter: 1h",
      "[aks], escalateTo: [aks, duty], escalateAfter: 1h",
      "same",
    ],
    ["demands in another order", "{ aks: 1, duty: 2 }", "{ duty: 2, aks: 1 }", "same"],
    ["another quorum", "{ aks: 1, duty: 2 }", "{ aks: 2, duty: 1 }", "different"],
    ["a reason", "[aks]", "[aks], reasonRequired: true", "different"],
    ["silence", "[aks]", "[aks], onTimeout: reject", "different"],
    ["a reminder", "[aks]", "[aks], remindAfter: 1h", "different"],
  ])("%s", (_what, before, after, kind) => {
    const asking = (approvers: string) => load(aFile("", { byDefault: `ask: { approvers: ${approvers} }` }));

    expect(compare(recorded(asks), { after: judge(asking(after)), before: judge(asking(before)) }).kind).toBe(
      kind,
    );
  });

  test("new when nobody decided it", () => {
    expect(compare(recorded(asks, { verdict: null }), { after: judge(approves), before: null }).kind).toBe(
      "new",
    );
  });
});

describe("with another policy to compare with, a request is", () => {
  test("compared with what that one says, whatever was decided then", () => {
    const judges = { after: judge(asks), before: judge(asksDuty) };

    expect(compare(recorded(approves), judges)).toMatchObject({ kind: "different", before: { kind: "ask" } });
    expect(compare(recorded(approves), { after: judge(asks), before: judge(asks) }).kind).toBe("same");
  });

  test("untold when it is the other one that lacks facts", () => {
    expect(compare(recorded(asks), { after: judge(asks), before: judge(looksUp) })).toMatchObject({
      kind: "untold",
      missing: ["consumer.tags"],
    });
  });
});

describe("many comparisons", () => {
  const REQUESTS = { one: "recorded request", many: "recorded requests" };
  const many = [
    compare(recorded(asks), { after: judge(approves), before: null }),
    compare(recorded(approves), { after: judge(approves), before: null }),
    compare(recorded(approves), { after: judge(approves), before: null }),
    compare(recorded(asks), { after: judge(asksDuty), before: null }),
    compare(recorded(asks), { after: judge(looksUp), before: null }),
    compare(recorded(approves), { after: judge(looksUp), before: null }),
  ];

  test("are counted by the way they take, the changes first", () => {
    expect(summarize(many)).toEqual({
      same: 2,
      different: 2,
      new: 0,
      untold: 2,
      ways: [
        { way: "ask -> approve", count: 1 },
        { way: "ask -> ask (otherwise)", count: 1 },
        { way: "approve -> approve", count: 2 },
      ],
      missing: ["consumer.tags"],
    });
  });

  test("come to sentences", () => {
    expect(sentences(summarize(many), REQUESTS)).toEqual([
      "2 of 4 recorded requests would be decided differently.",
      "2 recorded requests could not be told: the policy uses facts that were not recorded then: consumer.tags.",
    ]);
    expect(sentences(summarize(many.slice(5)), REQUESTS)).toEqual([
      "1 recorded request could not be told: the policy uses facts that were not recorded then: consumer.tags.",
    ]);
    expect(sentences(summarize([]), REQUESTS)).toEqual(["There are no recorded requests."]);
  });

  test("the ways that change nothing come last, those taken most first, and else by their names", () => {
    const rejects = load(aFile("", { byDefault: "reject: { reason: No. }" }));
    const took = (before: typeof asks, after: typeof asks, count: number) =>
      Array.from({ length: count }, () => compare(recorded(before), { after: judge(after), before: null }));
    const comparisons = [
      ...took(rejects, rejects, 3),
      ...took(approves, rejects, 1),
      ...took(asks, asks, 3),
      ...took(asks, approves, 1),
      ...took(asks, rejects, 2),
      ...took(approves, asks, 1),
    ];

    expect(summarize(comparisons).ways.map(({ way, count }) => `${way} ${count}`)).toEqual([
      "ask -> reject 2",
      "approve -> ask 1",
      "approve -> reject 1",
      "ask -> approve 1",
      "ask -> ask 3",
      "reject -> reject 3",
    ]);
  });

  test("say what they lack, and count all kinds", () => {
    const fresh = compare(recorded(asks, { verdict: null }), { after: judge(asks), before: null });
    const needsTwo = load(
      aFile(
        "  - { name: r, when: { requester: me, consumer: { tenant: z } }, then: { reject: { reason: No. } } }",
      ),
    );
    const untold = compare(recorded(asks), { after: judge(needsTwo), before: null });

    expect(sentences(summarize([fresh, untold, untold]), REQUESTS)).toEqual([
      "1 recorded request would be decided so, with nothing to compare with.",
      "2 recorded requests could not be told: the policy uses facts that were not recorded then: consumer.tenant, requester.",
    ]);
  });

  test("of which nothing was decided before are told so", () => {
    const fresh = compare(recorded(asks, { verdict: null }), { after: judge(asks), before: null });

    expect(sentences(summarize([fresh]), { one: "connection", many: "connections" })).toEqual([
      "1 connection would be decided so, with nothing to compare with.",
    ]);
    expect(summarize([fresh]).ways).toEqual([{ way: "ask", count: 1 }]);
  });
});
