import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildPolicy } from "../../../shared/policy/file/build-policy.ts";
import { loadPolicy } from "../../../shared/policy/file/load.ts";
import { formatProblems } from "../../../shared/policy/file/report.ts";
import { explain, type Facts, loadBuiltPolicy, Verdict } from "../../../shared/policy/index.ts";
import { aFile, load, someFacts, tagged } from "./builders.ts";
import { runs } from "./runs.ts";
import { approveRule, knownFacts, loadWritten, lose, losses, policyFile, someKnownFacts } from "./world.ts";

const RUNS = runs(500);
const names = (refs: readonly { readonly name: string }[]) => refs.map(({ name }) => name);

describe("laws of every policy", { timeout: 60_000 }, () => {
  test("the order of rules and of freezes never matters", () => {
    const shuffledOf = <T>(things: T[]) => fc.shuffledSubarray(things, { minLength: things.length });
    const shuffled = policyFile.chain((file) =>
      fc.tuple(fc.constant(file), shuffledOf(file.rules), shuffledOf(file.freeze)),
    );

    fc.assert(
      fc.property(shuffled, someKnownFacts, ([file, rules, freeze], facts) => {
        const shuffledVerdict = explain(loadWritten({ ...file, rules, freeze }), facts);

        expect(JSON.stringify(shuffledVerdict)).toBe(JSON.stringify(explain(loadWritten(file), facts)));
      }),
      RUNS,
    );
  });

  test("adding an approve rule never changes a reject or an ask that a rule decided or could decide", () => {
    fc.assert(
      fc.property(policyFile, approveRule, someKnownFacts, (file, added, facts) => {
        const before = explain(loadWritten(file), facts);
        const strict = before.rules.some(
          ({ mode, outcome, result }) =>
            mode === "enforce" && outcome !== "approve" && result !== "notMatched",
        );
        if (!strict) return;

        const after = explain(
          loadWritten({ ...file, rules: [...file.rules, { name: "added", ...added }] }),
          facts,
        );

        expect(after).toMatchObject({
          kind: before.kind,
          decidedBy: before.decidedBy,
          undecided: before.undecided,
        });
        expect(["reject", "ask", "leave"]).toContain(after.kind);
        expect(demandOf(after)).toEqual(demandOf(before));
      }),
      RUNS,
    );
  });

  test("losing a fact never loosens the verdict: it stays, whenUnknown's people are asked too, or nothing is done", () => {
    fc.assert(
      fc.property(policyFile, knownFacts, losses, (file, facts, lost) => {
        const policy = loadWritten(file);
        const full = explain(policy, facts);
        const less = explain(policy, lose(facts, lost));

        if (less.kind === "leave") return;
        if (names(less.decidedBy).includes("whenUnknown")) expect(less.kind).toBe("ask");
        else expect([less.kind, demandOf(less)]).toEqual([full.kind, demandOf(full)]);
      }),
      RUNS,
    );
  });

  test("an unknown fact never turns anything else into an approve, nor anything but an approve into a wait", () => {
    fc.assert(
      fc.property(policyFile, knownFacts, losses, (file, facts, lost) => {
        const policy = loadWritten(file);
        const full = explain(policy, facts);
        if (full.kind === "approve") return;

        const less = explain(policy, lose(facts, lost));

        expect(less.kind).not.toBe("approve");
        if (full.kind !== "wait") expect(less.kind).not.toBe("wait");
      }),
      RUNS,
    );
  });

  test("it approves only when every condition of an approve rule positively holds", () => {
    const holds = (block: readonly { readonly result: string }[]) =>
      block.every(({ result }) => result === "yes");
    const fails = (block: readonly { readonly result: string }[]) =>
      block.some(({ result }) => result === "no");

    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const verdict = explain(loadWritten(file), facts);
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
      RUNS,
    );
  });

  const results = ({ kind, decidedBy, undecided, rules }: Verdict) => ({
    kind,
    decidedBy,
    undecided,
    results: rules.map(({ result }) => result),
  });

  test("case never matters", () => {
    /** Not what is no text of the request: names of lists and fields, and the words of time. */
    const WORDS = new Set(["in", "sameAs", "time", "history"]);
    const raise = (written: unknown): unknown => {
      if (typeof written === "string") return written.toUpperCase();
      if (Array.isArray(written)) return written.map(raise);
      if (typeof written !== "object" || written === null) return written;
      return Object.fromEntries(
        Object.entries(written).map(([key, value]) => [key, WORDS.has(key) ? value : raise(value)]),
      );
    };
    const raiseConditions = <T extends { readonly when: object; readonly unless?: object[] }>(of: T) => ({
      ...of,
      when: raise(of.when),
      ...(of.unless ? { unless: raise(of.unless) } : {}),
    });

    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const raised = {
          ...file,
          lists: raise(file.lists),
          ...(file.visibility
            ? { visibility: { ...file.visibility, allow: raise(file.visibility.allow) } }
            : {}),
          freeze: file.freeze.map(raiseConditions),
          rules: file.rules.map(raiseConditions),
        };

        const before = results(explain(loadWritten(file), facts));

        expect(results(explain(loadWritten(raised), facts))).toEqual(before);
        expect(results(explain(loadWritten(file), raiseFacts(facts)))).toEqual(before);
      }),
      RUNS,
    );
  });

  test("the order of tags, and of names, never matters", () => {
    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const policy = loadWritten(file);

        expect(results(explain(policy, reversed(facts) as Facts))).toEqual(results(explain(policy, facts)));
      }),
      RUNS,
    );
  });

  test("a policy that was built says what its file says", () => {
    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const built = buildPolicy(JSON.stringify(file), "policy.yaml");
        if (built.kind === "problems") throw new Error(formatProblems(built.problems));
        const loaded = loadBuiltPolicy(built.json, "built.json");
        if (loaded.kind === "problems") throw new Error(formatProblems(loaded.problems));

        expect(explain(loaded.policy, facts)).toEqual(explain(loadWritten(file), facts));
      }),
      RUNS,
    );
  });

  test("every verdict names rules that exist, in whole sentences, as JSON that its schema accepts", () => {
    fc.assert(
      fc.property(policyFile, someKnownFacts, (file, facts) => {
        const verdict = explain(loadWritten(file), facts);

        const existing = new Set(["default", "whenUnknown", ...names(file.rules), ...names(file.freeze)]);
        if (file.visibility) existing.add("visibility");
        const { decidedBy, undecided, nearMisses, wouldHave } = verdict;
        for (const name of names([
          ...decidedBy,
          ...undecided,
          ...nearMisses,
          ...(wouldHave?.decidedBy ?? []),
        ])) {
          expect(existing).toContain(name);
        }
        expect(verdict.because).toMatch(/^[A-Z].*[.!?]$/);
        if (wouldHave) expect(wouldHave.because).toMatch(/^[A-Z].*[.!?]$/);
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
          const verdict = explain(policy, facts as Facts);

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
      consumer: fc.record({ managementGroups: anyFact, tags: anyFact }),
      cluster: fc.record({ location: anyFact, tags: anyFact }),
      message: anyFact,
      time: anyFact,
      history: fc.record({ approvedBefore: anyFact }),
    });

    fc.assert(
      fc.property(anyFacts, (facts) => {
        const verdict = explain(policy, facts as unknown as Facts);

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

        const matched = explain(oddPolicy, someFacts({ cluster: { tags: tagged(tags) } })).rules.flatMap(
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
    expect(formatProblems(loaded.problems)).toMatch(/^p\.yaml:\d+:\d+: error: /);
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
    case "leave":
      return null;
    case "reject":
      return "rejected";
    case "ask":
      return verdict.requirement;
    case "wait":
      return verdict.until;
  }
}

/** The same, with lists and the keys of mappings in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.toReversed().map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

function raiseFacts(facts: Facts): Facts {
  const raised = JSON.parse(JSON.stringify(facts), (_key, value) =>
    typeof value === "object" && value !== null && value.kind === "value"
      ? { kind: "value", value: raiseValue(value.value) }
      : value,
  );
  return raised as Facts;
}

function raiseValue(value: unknown): unknown {
  if (typeof value === "string") return value.toUpperCase();
  if (Array.isArray(value)) return value.map(raiseValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name.toUpperCase(), raiseValue(text)]),
  );
}
