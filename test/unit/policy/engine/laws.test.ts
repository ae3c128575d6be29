import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyContent, Rule } from "../../../../shared/policy/content.ts";
import { compile } from "../../../../shared/policy/engine/compile.ts";
import { withApprovalsOff } from "../../../../shared/policy/engine/compiled.ts";
import { describeVerdict } from "../../../../shared/policy/engine/describe.ts";
import { type Decision, evaluate } from "../../../../shared/policy/engine/evaluate.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import { renderVerdict } from "../../../../shared/policy/engine/render.ts";
import type { Facts } from "../../../../shared/policy/facts.ts";
import { type ApprovalRequirement, RESERVED_NAMES, Verdict } from "../../../../shared/policy/verdict.ts";
import { runs } from "../runs.ts";
import { aPolicy, approve, aRule, HASH, someFacts, tagged, unknown } from "./content.ts";
import {
  anyRule,
  approveRule,
  content,
  freeze,
  knownFacts,
  lose,
  losses,
  raise,
  raiseTexts,
  someKnownFacts,
  strictRule,
  visibility,
} from "./world.ts";

const RUNS = runs(1_000);

const decide = (said: PolicyContent, facts: Facts) => evaluate(compile(said, HASH), facts);
const names = (refs: readonly { readonly name: string }[]) => refs.map(({ name }) => name);

const demandsOf = ({ requirements }: ApprovalRequirement) =>
  requirements.map(({ groups, quorum }) => JSON.stringify([groups.toSorted(), quorum]));

/** What is done, without who decided it. */
function outcomeOf(decision: Decision): unknown {
  const {
    decidedBy: _by,
    undecided: _undecided,
    vetoedBy: _vetoed,
    wouldHave: _would,
    policyHash: _hash,
    ...outcome
  } = decision;
  return outcome;
}
/** The same, but for the words of a reject. */
const demandOf = (decision: Decision) => ({ ...(outcomeOf(decision) as object), reason: null });
const withRule = (said: PolicyContent, added: Rule): PolicyContent => ({
  ...said,
  rules: [...said.rules, added],
});

describe("laws of deciding", { timeout: 120_000 }, () => {
  test("evaluate and explain always agree", () => {
    fc.assert(
      fc.property(content, someKnownFacts, fc.boolean(), (said, facts, isOff) => {
        const on = compile(said, HASH);
        const policy = isOff ? withApprovalsOff(on) : on;

        const {
          because: _because,
          rules: _rules,
          gates: _gates,
          rulesOmitted: _rulesOmitted,
          omitted: _omitted,
          nearMisses: _near,
          unknownFacts: _unknown,
          ...verdict
        } = explain(policy, facts);

        const { wouldHave } = verdict;
        expect({
          ...verdict,
          wouldHave: wouldHave && { kind: wouldHave.kind, decidedBy: wouldHave.decidedBy },
        }).toEqual(evaluate(policy, facts));
      }),
      RUNS,
    );
  });

  test("the order of rules and freezes means nothing", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const turned = { ...said, rules: said.rules.toReversed(), freezes: said.freezes.toReversed() };

        expect(explain(compile(turned, HASH), facts)).toEqual(explain(compile(said, HASH), facts));
      }),
      RUNS,
    );
  });

  test("a lost fact never turns anything into an approve", () => {
    fc.assert(
      fc.property(content, knownFacts, losses, (said, facts, lost) => {
        if (decide(said, facts).kind === "approve") return;

        expect(decide(said, lose(facts, lost)).kind).not.toBe("approve");
      }),
      RUNS,
    );
  });

  test("a lost fact changes nothing, unless whenUnknown asks or the request is left", () => {
    fc.assert(
      fc.property(content, knownFacts, losses, (said, facts, lost) => {
        const less = decide(said, lose(facts, lost));
        if (less.kind === "leave" || names(less.decidedBy).includes("whenUnknown")) return;

        expect(demandOf(less)).toEqual(demandOf(decide(said, facts)));
      }),
      RUNS,
    );
  });

  test("an added approve rule never changes what a rule rejected or asked about", () => {
    fc.assert(
      fc.property(content, someKnownFacts, approveRule, (said, facts, added) => {
        const before = decide(said, facts);
        const byRule = names(before.decidedBy).some((name) => said.rules.some((rule) => rule.name === name));
        if (!byRule || (before.kind !== "reject" && before.kind !== "ask")) return;

        expect(outcomeOf(decide(withRule(said, added), facts))).toEqual(outcomeOf(before));
      }),
      RUNS,
    );
  });

  test("an added freeze, visibility or the kill switch never turns anything into an approve", () => {
    fc.assert(
      fc.property(content, someKnownFacts, freeze, visibility, (said, facts, frozen, visible) => {
        if (decide(said, facts).kind === "approve") return;

        const more = { ...said, freezes: [...said.freezes, frozen] };
        expect(decide(more, facts).kind).not.toBe("approve");
        expect(decide({ ...more, visibility: said.visibility ?? visible }, facts).kind).not.toBe("approve");
        expect(evaluate(withApprovalsOff(compile(said, HASH)), facts).kind).not.toBe("approve");
      }),
      RUNS,
    );
  });

  test("the kill switch keeps every demand that was there, and never gives more time", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const on = decide(said, facts);
        const off = evaluate(withApprovalsOff(compile(said, HASH)), facts);
        if (on.kind !== "ask" || off.kind !== "ask") {
          expect(["approve", "wait", off.kind]).toContain(on.kind);
          return;
        }

        expect(demandsOf(off.requirement)).toEqual(expect.arrayContaining(demandsOf(on.requirement)));
        expect(off.requirement.timeoutMs).toBeLessThanOrEqual(on.requirement.timeoutMs);
      }),
      RUNS,
    );
  });

  test("an added rule in mode approveOnly changes nothing where no rule approves", () => {
    fc.assert(
      fc.property(content, someKnownFacts, strictRule, (said, facts, added) => {
        const { rules } = explain(compile(said, HASH), facts);
        const approves = rules.some(
          ({ outcome, mode, result }) => outcome === "approve" && mode !== "shadow" && result === "matched",
        );
        if (approves) return;

        const { wouldHave: _without, ...without } = decide(said, facts);
        const { wouldHave: _with, ...with_ } = decide(
          withRule(said, { ...added, mode: "approveOnly" }),
          facts,
        );
        expect(with_).toEqual(without);
      }),
      RUNS,
    );
  });

  test("an added rule in mode approveOnly leads to what was, to the default or to whenUnknown", () => {
    fc.assert(
      fc.property(content, someKnownFacts, strictRule, (said, facts, added) => {
        const { wouldHave: _without, ...without } = decide(said, facts);
        const { wouldHave: _with, ...with_ } = decide(
          withRule(said, { ...added, mode: "approveOnly" }),
          facts,
        );

        const by = names(with_.decidedBy);
        if (!by.includes("default") && !by.includes("whenUnknown")) expect(with_).toEqual(without);
        if (said.mode === "enforce" && without.kind !== "leave") expect(with_.kind).not.toBe("leave");
      }),
      RUNS,
    );
  });

  test("it leaves only what is invisible, or what the whole policy's mode says", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const decision = decide(said, facts);
        if (decision.kind !== "leave") return;

        if (decision.mode === null) expect(names(decision.decidedBy)).toEqual(["visibility"]);
        else expect(decision.mode).toBe(said.mode);
      }),
      RUNS,
    );
  });

  test("with the kill switch nothing is approved, and nothing waits to be", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        expect(["approve", "wait"]).not.toContain(
          evaluate(withApprovalsOff(compile(said, HASH)), facts).kind,
        );
      }),
      RUNS,
    );
  });

  test("a shadow rule never changes what is done, nor who decides it", () => {
    fc.assert(
      fc.property(content, someKnownFacts, anyRule, (said, facts, added) => {
        const { wouldHave: _without, ...without } = decide(said, facts);
        const { wouldHave: _with, ...with_ } = decide(withRule(said, { ...added, mode: "shadow" }), facts);

        expect(with_).toEqual(without);
      }),
      RUNS,
    );
  });

  test("a policy in mode shadow does nothing, one in mode approveOnly nothing but approve or wait to", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const { kind } = decide(said, facts);
        if (said.mode === "shadow") expect(kind).toBe("leave");
        if (said.mode === "approveOnly") expect(["approve", "wait", "leave"]).toContain(kind);
      }),
      RUNS,
    );
  });

  test("what would have been is what the same policy does with every mode enforced", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const { kind, wouldHave } = decide(said, facts);
        const rules = said.rules.map((rule) => ({ ...rule, mode: "enforce" as const }));
        const enforced = decide({ ...said, mode: "enforce", rules }, facts).kind;

        if (wouldHave === null) expect(enforced).toBe(kind);
        else expect(wouldHave.kind).toBe(enforced === "wait" ? "approve" : enforced);
      }),
      RUNS,
    );
  });

  test("it approves only when an approve rule positively holds, in all of when and one block of anyOf", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const verdict = explain(compile(said, HASH), facts);
        if (verdict.kind !== "approve") return;

        for (const name of names(verdict.decidedBy)) {
          const rule = verdict.rules.find((candidate) => candidate.name === name);
          const holds = (block: readonly { readonly result: string }[]) =>
            block.every(({ result }) => result === "yes");
          expect(rule?.outcome).toBe("approve");
          expect(rule && holds(rule.when)).toBe(true);
          expect(rule && (rule.anyOf.length === 0 || rule.anyOf.some(holds))).toBe(true);
          expect(rule?.unless.some(holds)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test("case and the order of tags never matter", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const before = decide(said, facts);

        expect(decide(said, raise(facts))).toEqual(before);
        expect(decide(raiseTexts(said), facts)).toEqual(before);
      }),
      RUNS,
    );
  });

  test("every verdict names what exists, in whole sentences, as JSON that its schema accepts", () => {
    fc.assert(
      fc.property(content, someKnownFacts, (said, facts) => {
        const verdict = explain(compile(said, HASH), facts);

        const existing = [...names(said.rules), ...names(said.freezes), ...RESERVED_NAMES];
        const named = [
          ...verdict.decidedBy,
          ...verdict.undecided,
          ...verdict.vetoedBy,
          ...(verdict.wouldHave?.decidedBy ?? []),
        ];
        for (const name of names(named)) expect(existing).toContain(name);
        for (const name of names(verdict.nearMisses)) expect(names(said.rules)).toContain(name);
        for (const sentence of [verdict.because, verdict.wouldHave?.because ?? verdict.because]) {
          expect(sentence).toMatch(/^[A-Z].*[.!?]$/);
        }
        expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
      }),
      RUNS,
    );
  });
});

describe("nothing that comes from outside makes it fail", { timeout: 120_000 }, () => {
  const check = (said: PolicyContent, facts: unknown) => {
    const policy = compile(said, HASH);
    const verdict = explain(policy, facts as Facts);

    expect(evaluate(policy, facts as Facts).kind).toBe(verdict.kind);
    expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
    expect(describeVerdict(verdict)).not.toMatch(/\n/);
    expect(renderVerdict(verdict)).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  };

  test("whatever is given for facts, it is told in clean lines", () => {
    fc.assert(
      fc.property(
        content,
        fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true, withDate: true }),
        check,
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

  test("tags named like parts of Object.prototype are plain data", () => {
    const odd = ["constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "__proto__"];
    const some = JSON.parse('{ "toString": "a", "__proto__": "a" }');

    const seen = odd.map((tag) => {
      const policy = aPolicy({ rules: [aRule("odd", { [`cluster.tags.${tag}`]: "a" }, approve)] });
      return evaluate(policy, someFacts({ cluster: { tags: tagged(some) } })).kind;
    });

    expect(seen).toEqual(["ask", "approve", "ask", "ask", "ask", "approve"]);
  });
});
