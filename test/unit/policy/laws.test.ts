import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, type Facts, formatProblems, loadPolicy, Verdict } from "../../../shared/policy/index.ts";
import { aFile, load, someFacts, tagged } from "./builders.ts";
import { approveRule, knownFacts, loadWritten, lose, losses, policyFile, someKnownFacts } from "./world.ts";

const RUNS = { numRuns: 1_000 };
const names = (refs: readonly { readonly name: string }[]) => refs.map(({ name }) => name);

describe("laws of every policy", { timeout: 60_000 }, () => {
  test("the order of rules never matters", () => {
    const shuffled = policyFile.chain((file) =>
      fc.tuple(fc.constant(file), fc.shuffledSubarray(file.rules, { minLength: file.rules.length })),
    );

    fc.assert(
      fc.property(shuffled, someKnownFacts, ([file, rules], facts) => {
        const shuffledVerdict = evaluate(loadWritten({ ...file, rules }), facts);

        expect(JSON.stringify(shuffledVerdict)).toBe(JSON.stringify(evaluate(loadWritten(file), facts)));
      }),
      RUNS,
    );
  });

  test("adding an approve rule never changes a reject or an ask that a rule decided or could decide", () => {
    fc.assert(
      fc.property(policyFile, approveRule, someKnownFacts, (file, added, facts) => {
        const before = evaluate(loadWritten(file), facts);
        const strict = before.rules.some(
          ({ outcome, result }) => outcome !== "approve" && result !== "notMatched",
        );
        if (!strict) return;

        const after = evaluate(
          loadWritten({ ...file, rules: [...file.rules, { name: "added", ...added }] }),
          facts,
        );

        expect(after).toMatchObject({
          kind: before.kind,
          decidedBy: before.decidedBy,
          undecided: before.undecided,
        });
        expect(after.kind).not.toBe("approve");
        expect(demandOf(after)).toEqual(demandOf(before));
      }),
      RUNS,
    );
  });

  test("losing a fact never loosens the verdict: it stays as it was, or whenUnknown's people are asked too", () => {
    fc.assert(
      fc.property(policyFile, knownFacts, losses, (file, facts, lost) => {
        const policy = loadWritten(file);
        const full = evaluate(policy, facts);
        const less = evaluate(policy, lose(facts, lost));

        if (names(less.decidedBy).includes("whenUnknown")) expect(less.kind).toBe("ask");
        else expect([less.kind, demandOf(less)]).toEqual([full.kind, demandOf(full)]);
      }),
      RUNS,
    );
  });

  test("an unknown fact never turns a reject or an ask into an approve", () => {
    fc.assert(
      fc.property(policyFile, knownFacts, losses, (file, facts, lost) => {
        const policy = loadWritten(file);
        if (evaluate(policy, facts).kind === "approve") return;

        expect(evaluate(policy, lose(facts, lost)).kind).not.toBe("approve");
      }),
      RUNS,
    );
  });

  test("it approves only when every condition of an approve rule positively holds", () => {
    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const verdict = evaluate(loadWritten(file), facts);
        if (verdict.kind !== "approve") return;

        for (const name of names(verdict.decidedBy)) {
          const rule = verdict.rules.find((candidate) => candidate.name === name);
          expect(rule?.outcome).toBe("approve");
          expect(rule?.when.length).toBeGreaterThan(0);
          expect(rule?.when.every(({ result }) => result === "yes")).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test("case never matters", () => {
    const raiseValues = (written: unknown, key = ""): unknown => {
      if (typeof written === "string") return key === "in" ? written : written.toUpperCase();
      if (Array.isArray(written)) return written.map((item) => raiseValues(item));
      if (typeof written !== "object" || written === null) return written;
      return Object.fromEntries(
        Object.entries(written).map(([name, value]) => [name, raiseValues(value, name)]),
      );
    };

    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const raised = {
          ...file,
          lists: raiseValues(file.lists),
          rules: file.rules.map((rule) => ({
            ...rule,
            when: raiseValues(rule.when),
            ...(rule.unless ? { unless: raiseValues(rule.unless) } : {}),
          })),
        };
        const results = ({ kind, decidedBy, undecided, rules }: Verdict) => ({
          kind,
          decidedBy,
          undecided,
          results: rules.map(({ result }) => result),
        });

        const before = results(evaluate(loadWritten(file), facts));

        expect(results(evaluate(loadWritten(raised), facts))).toEqual(before);
        expect(results(evaluate(loadWritten(file), raiseFacts(facts)))).toEqual(before);
      }),
      RUNS,
    );
  });

  test("every verdict names rules that exist, in whole sentences, as JSON that its schema accepts", () => {
    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const verdict = evaluate(loadWritten(file), facts);

        const existing = new Set(["default", "whenUnknown", ...names(file.rules)]);
        for (const name of names([...verdict.decidedBy, ...verdict.undecided, ...verdict.nearMisses])) {
          expect(existing).toContain(name);
        }
        expect(verdict.because).toMatch(/^[A-Z].*[.!?]$/);
        expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
      }),
      RUNS,
    );
  });
});

describe("nothing that comes from outside makes it fail", { timeout: 60_000 }, () => {
  const policy = load(readFileSync(new URL("../../../policy.yaml", import.meta.url), "utf8"));

  test("evaluate never throws and never approves, whatever is given for facts", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true, withDate: true }),
        (facts) => {
          const verdict = evaluate(policy, facts as Facts);

          expect(verdict.kind).toBe("ask");
          expect(() => JSON.stringify(verdict)).not.toThrow();
        },
      ),
      RUNS,
    );
  });

  test("evaluate never throws on facts of the right shape with anything in them", () => {
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
      fc.dictionary(fc.string(), fc.anything()).map((value) => ({ kind: "value", value })),
    );
    const anyFacts = fc.record({
      endpoint: fc.record({ subscription: anyFact, resourceGroup: anyFact, name: anyFact }),
      cluster: fc.record({ location: anyFact, tags: anyFact }),
      message: anyFact,
    });

    fc.assert(
      fc.property(anyFacts, (facts) => {
        const verdict = evaluate(policy, facts as unknown as Facts);

        expect(Verdict.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
      }),
      RUNS,
    );
  });

  test("tags named and valued like parts of Object.prototype are plain data", () => {
    const odd = fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "valueOf",
      "hasOwnProperty",
      "prototype",
    );
    const asked = ["constructor", "toString", "valueOf", "hasOwnProperty", "prototype"];
    const rules = asked.map(
      (tag) => `  - { name: ${tag}, when: { cluster: { tags: { ${tag}: ${tag} } } }, then: approve }`,
    );
    const oddPolicy = load(aFile(rules.join("\n")));

    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd)), (pairs) => {
        const entries = new Map<string, string>(pairs);
        const tags = JSON.parse(`{${[...entries].map(([name, value]) => `"${name}":"${value}"`).join(",")}}`);

        const matched = evaluate(oddPolicy, someFacts({ cluster: { tags: tagged(tags) } })).rules.flatMap(
          ({ name, result }) => (result === "matched" ? [name] : []),
        );

        expect(matched).toEqual(asked.filter((tag) => entries.get(tag) === tag).sort());
      }),
      RUNS,
    );
  });

  const token = fc.constantFrom(
    ..."{ } [ ] : , - ? | > ' \" # & * ! % @ ~ \n \t".split(" "),
    "\n",
    "\n  ",
    "\n    ",
    "  - ",
    ": ",
    "name: ",
    "when: ",
    "then: ",
    "approve",
    "ask: ",
    "reject: ",
    "rules:",
    "lists:",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "__proto__: ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "012",
    "\u0000",
    "\ufeff",
    "\u2028",
    "😀",
  );
  const sound = (text: string): void => {
    const loaded = loadPolicy(text, "p.yaml");
    if (loaded.kind === "policy") return;

    const lines = text.split("\n");
    expect(loaded.problems.length).toBeGreaterThan(0);
    for (const { line, column } of loaded.problems) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
    expect(formatProblems(loaded.problems, text)).toMatch(/^p\.yaml:\d+:\d+: error: /);
  };

  test("loadPolicy never throws on any text, and always has a reason with a place in it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(token, { maxLength: 40 }).map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        sound,
      ),
      RUNS,
    );
  });

  test("loadPolicy never throws on a good file with something spliced in", () => {
    const good = aFile(
      "  - { name: r, when: { message: x, cluster: { tags: { env: [a, b] } } }, then: approve }",
      { more: "lists: { a: [x] }" },
    );
    const at = fc.nat(good.length);

    fc.assert(
      fc.property(at, fc.nat(30), fc.array(token, { maxLength: 4 }), (from, removed, parts) => {
        sound(good.slice(0, from) + parts.join("") + good.slice(from + removed));
      }),
      RUNS,
    );
  });
});

/** What people would have to do, or what the requester is told. */
function demandOf(verdict: Verdict): unknown {
  switch (verdict.kind) {
    case "approve":
      return null;
    case "reject":
      return "rejected";
    case "ask":
      return verdict.requirement;
  }
}

function raiseFacts(facts: Facts): Facts {
  const text = JSON.stringify(facts, (key, value) =>
    key === "value" && typeof value === "string" ? value.toUpperCase() : value,
  );
  const { tags } = facts.cluster;
  const raised = JSON.parse(text);
  if (tags.kind !== "value") return raised;
  const entries = Object.entries(tags.value).map(([name, value]) => [
    name.toUpperCase(),
    value.toUpperCase(),
  ]);
  return {
    ...raised,
    cluster: { ...raised.cluster, tags: { kind: "value", value: Object.fromEntries(entries) } },
  };
}
