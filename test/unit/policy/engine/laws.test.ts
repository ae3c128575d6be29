import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyContent } from "../../../../shared/policy/content.ts";
import { compile } from "../../../../shared/policy/engine/compile.ts";
import { describeVerdict } from "../../../../shared/policy/engine/describe.ts";
import { evaluate } from "../../../../shared/policy/engine/evaluate.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import { renderVerdict } from "../../../../shared/policy/engine/render.ts";
import type { Facts } from "../../../../shared/policy/facts.ts";
import { Verdict } from "../../../../shared/policy/verdict.ts";
import { runs } from "../runs.ts";
import { aPolicy, approve, aRule, HASH, someFacts, tagged, unknown } from "./content.ts";
import { lawsOfDeciding } from "./laws.ts";
import { content } from "./world.ts";

const RUNS = runs(250);

lawsOfDeciding("any content", content, RUNS);

describe("nothing that comes from outside makes it fail", { timeout: 120_000 }, () => {
  const check = (said: PolicyContent, facts: unknown) => {
    const policy = compile(said, HASH);
    const verdict = explain(policy, facts as Facts);

    expect(evaluate(policy, facts as Facts).kind).toBe(verdict.kind);
    expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
    expect(describeVerdict(verdict)).not.toMatch(/\n/);
    expect(renderVerdict(verdict)).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  };

  test("whatever is given for facts, nothing is approved, and the verdict has clean lines", () => {
    fc.assert(
      fc.property(
        content,
        fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true, withDate: true }),
        (said, facts) => {
          check(said, facts);
          expect(evaluate(compile(said, HASH), facts as Facts).kind).not.toBe("approve");
        },
      ),
      RUNS,
    );
  });

  test("facts of the right shape may have anything in them", () => {
    const anyFact = fc.oneof(
      fc.record(
        {
          kind: fc.constantFrom("value", "absent", "unknown", "other"),
          value: fc.anything(),
          cause: fc.anything(),
        },
        { requiredKeys: ["kind"] },
      ),
      fc.string({ unit: "binary", maxLength: 2_000 }).map((value) => ({ kind: "value", value })),
      fc.string({ unit: "binary", maxLength: 300 }).map(unknown),
      fc.dictionary(fc.string(), fc.anything()).map((value) => ({ kind: "value", value })),
      fc
        .dictionary(fc.constantFrom("env", "ENV", "cost.center", "__proto__"), fc.string({ unit: "binary" }))
        .map((value) => ({ kind: "value", value })),
      fc.array(fc.string({ unit: "binary" }), { maxLength: 110 }).map((value) => ({ kind: "value", value })),
    );
    const anyFacts = fc.record({
      endpoint: fc.record({ name: anyFact }),
      consumer: fc.record({ tags: anyFact, managementGroups: anyFact }),
      cluster: fc.record({ tags: anyFact }),
      message: anyFact,
      requester: anyFact,
      source: anyFact,
      time: anyFact,
      history: fc.record({ approvedBefore: anyFact }),
    });

    fc.assert(fc.property(content, anyFacts, check), RUNS);
  });

  test("tags named and valued like parts of Object.prototype are plain data", () => {
    const odd = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype"];
    const policy = aPolicy({
      rules: odd.map((tag) => aRule(tag, { [`cluster.tags.${tag}`]: tag }, approve)),
    });

    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...odd), fc.constantFrom(...odd))), (pairs) => {
        const entries = new Map(pairs);
        const tags = JSON.parse(`{${[...entries].map(([name, value]) => `"${name}":"${value}"`).join(",")}}`);

        const { rules } = explain(policy, someFacts({ cluster: { tags: tagged(tags) } }));

        expect(rules.flatMap(({ name, result }) => (result === "matched" ? [name] : []))).toEqual(
          odd.filter((tag) => entries.get(tag) === tag).sort(),
        );
      }),
      RUNS,
    );
  });
});
