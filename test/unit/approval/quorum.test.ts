import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isQuorate, progressOf, unmetOf } from "../../../shared/approval/quorum.ts";
import { instant } from "../../../shared/connection/connection.ts";
import type { ApprovalRequirement } from "../../../shared/policy/index.ts";
import type { Review } from "../../../shared/request/request.ts";
import { aRequirement, stranger } from "../../fixtures/entries.ts";

type Demand = ApprovalRequirement["requirements"][number];

const alone = (quorum: number, ...groups: string[]): Demand => ({
  approvers: groups,
  groups,
  quorum,
  escalation: null,
});
/** One of several demands that want different people. */
const demand = (quorum: number, ...groups: string[]): Demand => ({
  ...alone(quorum, ...groups),
  distinctGroup: 0,
});

const demanding = (requirements: Demand[], differences: Partial<ApprovalRequirement> = {}) =>
  aRequirement({ ...differences, requirements });

const oidOf = (person: number) => `00000000-0000-4000-8000-${String(person).padStart(12, "0")}`;
const says = (review: Review["review"], person: number, ...groups: string[]): Review => ({
  review,
  reason: "",
  groups,
  by: { kind: "person", oid: oidOf(person), name: `person ${person}` },
  signInNames: [],
  authContexts: [],
  at: instant(0),
});
const yes = (person: number, ...groups: string[]) => says("approve", person, ...groups);

describe("a quorum", () => {
  test.each<[string, Demand[], Review[], boolean]>([
    ["nobody yet", [demand(1, "a")], [], false],
    ["one of one", [demand(1, "a")], [yes(1, "a")], true],
    ["one of two", [demand(2, "a")], [yes(1, "a")], false],
    ["two of two", [demand(2, "a")], [yes(1, "a"), yes(2, "a")], true],
    ["the same person twice", [demand(2, "a")], [yes(1, "a"), yes(1, "a")], false],
    ["somebody of another group", [demand(1, "a")], [yes(1, "b")], false],
    ["a rejection is no approval", [demand(1, "a")], [says("reject", 1, "a")], false],
    ["one of each group", [demand(1, "a"), demand(1, "b")], [yes(1, "a"), yes(2, "b")], true],
    ["one person of both groups", [demand(1, "a"), demand(1, "b")], [yes(1, "a", "b")], false],
    [
      "a person of both groups leaves the place that only they can take",
      [demand(1, "a"), demand(1, "b")],
      [yes(1, "a", "b"), yes(2, "a")],
      true,
    ],
    [
      "one moves on, so that another moves on",
      [demand(1, "a"), demand(1, "b"), demand(1, "c")],
      [yes(1, "a", "b"), yes(2, "b", "c"), yes(3, "a")],
      true,
    ],
    ["the same group under two names", [demand(1, "a"), demand(1, "a")], [yes(1, "a")], false],
    [
      "demands of two rules may be met by one person",
      [alone(1, "a"), alone(1, "b")],
      [yes(1, "a", "b")],
      true,
    ],
    ["two rules, one wants two", [alone(1, "a"), alone(2, "a")], [yes(1, "a"), yes(2, "a")], true],
    [
      "two asks of two demands each",
      [
        demand(1, "a"),
        demand(1, "b"),
        { ...demand(1, "a"), distinctGroup: 1 },
        { ...demand(1, "c"), distinctGroup: 1 },
      ],
      [yes(1, "a", "c"), yes(2, "b")],
      false,
    ],
    ["more than enough", [demand(1, "a")], [yes(1, "a"), yes(2, "a"), yes(3, "b")], true],
  ])("%s", (_name, demands, reviews, expected) => {
    expect(isQuorate(demanding(demands), reviews)).toBe(expected);
  });

  test.each<[string, Demand[], Review[], string[]]>([
    ["what nobody met waits", [demand(1, "a"), demand(1, "b")], [yes(1, "a")], ["b"]],
    ["all that share one person wait", [demand(1, "a"), demand(1, "b")], [yes(1, "a", "b")], ["a", "b"]],
    ["nothing waits", [demand(1, "a"), alone(1, "b")], [yes(1, "a", "b")], []],
  ])("%s", (_name, demands, reviews, expected) => {
    expect(unmetOf(demanding(demands), reviews).map(({ groups }) => groups.join())).toEqual(expected);
  });

  const group = fc.constantFrom("a", "b", "c");
  const groups = fc.uniqueArray(group, { minLength: 1 });
  const demands = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 2 }), groups).map(([quorum, of]) => demand(quorum, ...of)),
    { minLength: 1, maxLength: 3 },
  );
  const reviews = fc
    .array(groups, { maxLength: 6 })
    .map((each) => each.map((of, person) => yes(person, ...of)));

  test("is met exactly when people can be given places, tried one by one", () => {
    fc.assert(
      fc.property(demands, reviews, (wanted, given) => {
        const places = wanted.flatMap((each) => Array.from({ length: each.quorum }, () => each));
        const fill = (left: readonly Demand[], free: readonly Review[]): boolean => {
          const [place, ...rest] = left;
          if (place === undefined) return true;
          return free.some(
            (review) =>
              review.groups.some((of) => place.groups.includes(of)) &&
              fill(
                rest,
                free.filter((other) => other !== review),
              ),
          );
        };

        expect(isQuorate(demanding(wanted), given)).toBe(fill(places, given));
      }),
      { numRuns: 1_000 },
    );
  });

  test("law: as long as the requester is unknown, enough approve whoever of them it is", () => {
    fc.assert(
      fc.property(demands, reviews, (wanted, given) => {
        const unknown = demanding(wanted, { preventSelfReview: true });
        const known = demanding(wanted, { preventSelfReview: true, excludedReviewer: stranger.oid });
        fc.pre(isQuorate(unknown, given));

        for (const requester of given)
          expect(
            isQuorate(
              known,
              given.filter((other) => other !== requester),
            ),
          ).toBe(true);
      }),
    );
  });

  test.each<[string, number, Partial<ApprovalRequirement>, boolean]>([
    ["the quorum, and nobody knows who asked", 2, { preventSelfReview: true }, false],
    ["one more than the quorum", 3, { preventSelfReview: true }, true],
    ["the quorum, and it is known", 2, { preventSelfReview: true, excludedReviewer: stranger.oid }, true],
    ["the quorum, and the requester may review", 2, {}, true],
  ])("%s", (_name, people, differences, expected) => {
    const given = Array.from({ length: people }, (_each, person) => yes(person, "a"));

    expect(isQuorate(demanding([alone(2, "a")], differences), given)).toBe(expected);
  });

  test("it is there when each demand has come as far as it must, by people of its groups", () => {
    fc.assert(
      fc.property(demands, reviews, (wanted, given) => {
        const progress = progressOf(demanding(wanted), given);

        expect(progress.map(({ demand }) => demand)).toEqual(wanted);
        expect(progress.every(({ needed, approvals }) => approvals.length === needed)).toBe(
          isQuorate(demanding(wanted), given),
        );
        for (const { demand, approvals } of progress)
          for (const { groups } of approvals)
            expect(groups.some((group) => demand.groups.includes(group))).toBe(true);
      }),
    );
  });

  test("the order of reviews never matters, and one review more never takes it away", () => {
    fc.assert(
      fc.property(demands, reviews, groups, (wanted, given, of) => {
        const before = isQuorate(demanding(wanted), given);

        expect(isQuorate(demanding(wanted), given.toReversed())).toBe(before);
        if (before) expect(isQuorate(demanding(wanted), [...given, yes(99, ...of)])).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("where an authentication context is demanded", () => {
  const requirement = demanding([demand(1, "a")], { authContexts: ["c1", "c2"] });
  const proved = (person: number, ...authContexts: string[]) => ({ ...yes(person, "a"), authContexts });

  test.each<[string, Review[], boolean]>([
    ["an approval that proves it counts", [proved(1, "c2", "c1")], true],
    ["one that proves some of it does not", [proved(1, "c1")], false],
    ["one of before it was demanded does not", [proved(1)], false],
    ["two that prove it only together do not", [proved(1, "c1"), proved(2, "c2")], false],
    ["one that does is enough beside one that does not", [proved(1), proved(2, "c1", "c2")], true],
  ])("%s", (_what, reviews, expected) => {
    expect(isQuorate(requirement, reviews)).toBe(expected);
  });
});
