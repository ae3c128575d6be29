import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyContent, Rule } from "../../../../shared/policy/content.ts";
import { compile } from "../../../../shared/policy/engine/compile.ts";
import { withApprovalsOff } from "../../../../shared/policy/engine/compiled.ts";
import { type Decision, evaluate } from "../../../../shared/policy/engine/evaluate.ts";
import { explain } from "../../../../shared/policy/engine/explain.ts";
import type { Facts } from "../../../../shared/policy/facts.ts";
import { type ApprovalRequirement, RESERVED_NAMES, Verdict } from "../../../../shared/policy/verdict.ts";
import type { Runs } from "../runs.ts";
import { HASH } from "./content.ts";
import {
  anyRule,
  approveRule,
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

/** What holds of every policy, however its content was made. */
export function lawsOfDeciding(what: string, content: fc.Arbitrary<PolicyContent>, runs: Runs): void {
  describe(`laws of deciding, by ${what}`, { timeout: 120_000 }, () => {
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
        runs,
      );
    });

    test("the order of rules and freezes means nothing", () => {
      const inAnyOrder = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length });
      const shuffled = content.chain((said) =>
        fc.tuple(fc.constant(said), inAnyOrder(said.rules), inAnyOrder(said.freezes)),
      );

      fc.assert(
        fc.property(shuffled, someKnownFacts, ([said, rules, freezes], facts) => {
          const turned = { ...said, rules, freezes };

          expect(explain(compile(turned, HASH), facts)).toEqual(explain(compile(said, HASH), facts));
        }),
        runs,
      );
    });

    test("a lost fact never turns anything else into an approve, nor anything but an approve into a wait", () => {
      fc.assert(
        fc.property(content, knownFacts, losses, (said, facts, lost) => {
          const { kind } = decide(said, facts);
          if (kind === "approve") return;

          const less = decide(said, lose(facts, lost));

          expect(less.kind).not.toBe("approve");
          if (kind !== "wait") expect(less.kind).not.toBe("wait");
        }),
        runs,
      );
    });

    test("a lost fact changes nothing, unless whenUnknown asks or the request is left", () => {
      fc.assert(
        fc.property(content, knownFacts, losses, (said, facts, lost) => {
          const less = decide(said, lose(facts, lost));
          if (less.kind === "leave") return;

          if (names(less.decidedBy).includes("whenUnknown")) expect(less.kind).toBe("ask");
          else expect(demandOf(less)).toEqual(demandOf(decide(said, facts)));
        }),
        runs,
      );
    });

    test("an added approve rule never changes what a rule rejected or asked about, or might", () => {
      fc.assert(
        fc.property(content, someKnownFacts, approveRule, (said, facts, added) => {
          const isStrict = explain(compile(said, HASH), facts).rules.some(
            ({ mode, outcome, result }) =>
              mode === "enforce" && outcome !== "approve" && result !== "notMatched",
          );
          if (!isStrict) return;
          const { decidedBy, undecided, ...before } = decide(said, facts);

          const after = decide(withRule(said, added), facts);

          expect(after).toMatchObject({ decidedBy, undecided });
          expect(outcomeOf(after)).toEqual(outcomeOf({ ...before, decidedBy, undecided }));
          expect(["reject", "ask", "leave"]).toContain(after.kind);
        }),
        runs,
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
        runs,
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
        runs,
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
        runs,
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
        runs,
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
        runs,
      );
    });

    test("with the kill switch nothing is approved, and nothing waits to be", () => {
      fc.assert(
        fc.property(content, someKnownFacts, (said, facts) => {
          expect(["approve", "wait"]).not.toContain(
            evaluate(withApprovalsOff(compile(said, HASH)), facts).kind,
          );
        }),
        runs,
      );
    });

    test("a shadow rule never changes what is done, nor who decides it", () => {
      fc.assert(
        fc.property(content, someKnownFacts, anyRule, (said, facts, added) => {
          const { wouldHave: _without, ...without } = decide(said, facts);
          const { wouldHave: _with, ...with_ } = decide(withRule(said, { ...added, mode: "shadow" }), facts);

          expect(with_).toEqual(without);
        }),
        runs,
      );
    });

    test("a policy in mode shadow does nothing, one in mode approveOnly nothing but approve or wait to", () => {
      fc.assert(
        fc.property(content, someKnownFacts, (said, facts) => {
          const { kind } = decide(said, facts);
          if (said.mode === "shadow") expect(kind).toBe("leave");
          if (said.mode === "approveOnly") expect(["approve", "wait", "leave"]).toContain(kind);
        }),
        runs,
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
        runs,
      );
    });

    test("it approves only when an approve rule positively holds: all of when, a block of anyOf, no exception", () => {
      const holds = (block: readonly { readonly result: string }[]) =>
        block.every(({ result }) => result === "yes");
      const fails = (block: readonly { readonly result: string }[]) =>
        block.some(({ result }) => result === "no");

      fc.assert(
        fc.property(content, someKnownFacts, (said, facts) => {
          const verdict = explain(compile(said, HASH), facts);
          if (verdict.kind !== "approve") return;

          for (const name of names(verdict.decidedBy)) {
            const rule = verdict.rules.find((candidate) => candidate.name === name);
            expect(rule).toMatchObject({ outcome: "approve", result: "matched" });
            if (rule === undefined) continue;
            expect(rule.mode).not.toBe("shadow");
            expect(rule.when.length + rule.anyOf.length).toBeGreaterThan(0);
            expect(holds(rule.when) && (rule.anyOf.length === 0 || rule.anyOf.some(holds))).toBe(true);
            expect(rule.unless.every(fails)).toBe(true);
          }
        }),
        runs,
      );
    });

    test("case, and the order of tags and of names, never matter", () => {
      fc.assert(
        fc.property(content, someKnownFacts, (said, facts) => {
          const before = decide(said, facts);

          expect(decide(said, raise(facts))).toEqual(before);
          expect(decide(raiseTexts(said), facts)).toEqual(before);
        }),
        runs,
      );
    });

    test("every verdict names what exists, in whole sentences, as JSON that its schema accepts", () => {
      fc.assert(
        fc.property(content, someKnownFacts, (said, facts) => {
          const verdict = explain(compile(said, HASH), facts);

          const reserved = RESERVED_NAMES.filter((name) => name !== "visibility" || said.visibility !== null);
          const existing = [...names(said.rules), ...names(said.freezes), ...reserved];
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
        runs,
      );
    });
  });
}
