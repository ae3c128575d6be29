import { describe, expect, test } from "vitest";
import { compare } from "../../../../shared/policy/simulate/compare.ts";
import { sentences, summarize } from "../../../../shared/policy/simulate/summary.ts";
import { aFile, load } from "../builders.ts";
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

  test("untold when no facts were recorded with it", () => {
    expect(compare(recorded(asks, { facts: null }), { after: judge(approves), before: null })).toMatchObject({
      kind: "untold",
      missing: [],
    });
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
    compare(recorded(asks, { facts: null }), { after: judge(approves), before: null }),
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
      "1 recorded request could not be told: no facts were recorded then.",
    ]);
    expect(sentences(summarize([]), REQUESTS)).toEqual(["There are no recorded requests."]);
  });

  test("of which nothing was decided before are told so", () => {
    const fresh = compare(recorded(asks, { verdict: null }), { after: judge(asks), before: null });

    expect(sentences(summarize([fresh]), { one: "connection", many: "connections" })).toEqual([
      "1 connection would be decided so, with nothing to compare with.",
    ]);
    expect(summarize([fresh]).ways).toEqual([{ way: "ask", count: 1 }]);
  });
});
