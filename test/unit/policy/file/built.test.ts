import { describe, expect, test } from "vitest";
import { digestOf, MAX_BUILT_BYTES } from "../../../../shared/policy/built.ts";
import { buildPolicy, explain, loadBuiltPolicy, type Policy } from "../../../../shared/policy/index.ts";
import { aFile, is, load, someFacts } from "../builders.ts";

const text = aFile(
  `  - name: r1
    mode: approveOnly
    when:
      message: { in: teams }
      time: { days: [mon, tue], between: "07:00-18:00", timezone: Europe/Oslo }
      history: { approvedBefore: { atLeast: 1 } }
      anyOf: [{ consumer: { tags: { cc: { sameAs: cluster.tags.cc } } } }, { requester: { present: true } }]
    unless: [{ endpoint: { name: "*-tmp" } }]
    then: approve
  - { name: r2, when: { source: { not: [a, b] } }, then: { ask: { approvers: { aks: 1, duty: 2 }, escalateTo: [duty], escalateAfter: 1h } } }
  - { name: r3, when: { message: never }, then: { reject: { reason: No. } } }`,
  {
    more: `visibility: { allow: { source: "*" }, otherwise: { reject: { reason: Who? } } }
freeze:
  - { name: f1, when: { time: { until: 2026-12-31, timezone: UTC } }, then: wait }
  - { name: f2, when: { message: b }, then: { ask: { approvers: [duty] } } }`,
  },
);
const lists = { "lists/teams.txt": "web\nteam-*" };

function build(policy: string, files: Readonly<Record<string, string>> = {}): string {
  const built = buildPolicy(policy, "policy.yaml", new Map(Object.entries(files)));
  if (built.kind === "problems") throw new Error("it has problems");
  return built.json;
}
const json = build(text, lists);

function loadBuilt(written: string): { readonly policy: Policy; readonly text: string } {
  const loaded = loadBuiltPolicy(written, "built.json");
  if (loaded.kind === "problems") throw new Error(loaded.problems[0]?.message);
  return loaded;
}
const messageOf = (written: string): string | undefined => {
  const loaded = loadBuiltPolicy(written, "built.json");
  return loaded.kind === "problems" ? loaded.problems[0]?.message : undefined;
};

describe("a built policy", () => {
  test("is the very policy that was built, with the text of its file", () => {
    const loaded = loadBuilt(json);

    expect(loaded.policy).toEqual(load(text, lists));
    expect(loaded.text).toBe(text);
  });

  test("decides as its file does", () => {
    const facts = someFacts({ message: is("never"), source: is("event") });

    expect(explain(loadBuilt(json).policy, facts)).toEqual(explain(load(text, lists), facts));
  });

  test("is not made of a file with problems", () => {
    expect(buildPolicy("a: b", "policy.yaml")).toMatchObject({
      kind: "problems",
      problems: [{ line: 1 }, {}, {}, {}, {}],
    });
  });

  test("is not made when nobody could load it", () => {
    const conditions = Array.from({ length: 100 }, (_, index) => `t${index}: a`).join(", ");
    const rules = Array.from(
      { length: 300 },
      (_, index) => `  - { name: r${index}, when: { cluster: { tags: { ${conditions} } } }, then: approve }`,
    );

    expect(buildPolicy(aFile(rules.join("\n")), "policy.yaml")).toMatchObject({
      problems: [{ line: 1, column: 1, message: "the built policy would be larger than 4 MiB" }],
    });
  });
});

describe("a built policy that is not as it was built is refused, with what to do", () => {
  const AGAIN = "build it again with: npm run policy -- build policy.yaml";
  const changed = (change: (built: Record<string, unknown>) => void): string => {
    const built = JSON.parse(json);
    change(built);
    return JSON.stringify(built);
  };

  test.each<[string, string, string]>([
    ["nothing", "", `is no JSON, or broken off ("Unexpected end of JSON input"); ${AGAIN}`],
    ["null", "null", `is not a built policy; ${AGAIN}`],
    ["a list", "[]", `is not a built policy; ${AGAIN}`],
    ["the verdict of somebody", '{"kind":"approve"}', `is not a built policy; ${AGAIN}`],
    [
      "another language",
      changed((built) => Object.assign(built, { language: 2 })),
      `was built by another version of this app; ${AGAIN}`,
    ],
    ["a key more", changed((built) => Object.assign(built, { more: 1 })), `is not a built policy; ${AGAIN}`],
    ["no digest", changed((built) => delete built.digest), `is not a built policy; ${AGAIN}`],
    [
      "another outcome",
      json.replace('"outcome":{"kind":"reject","reason":"No."}', '"outcome":{"kind":"approve"}'),
      `was changed after it was built; ${AGAIN}`,
    ],
    [
      "another hash",
      changed((built) => Object.assign(built, { hash: "0".repeat(64) })),
      `was changed after it was built; ${AGAIN}`,
    ],
    [
      "another text",
      changed((built) => Object.assign(built, { text: "" })),
      `was changed after it was built; ${AGAIN}`,
    ],
    ["more than 4 MiB", `${json}${" ".repeat(MAX_BUILT_BYTES)}`, "is larger than 4 MiB"],
    [
      "lists without end",
      json.replace('"content":{', `"content":{"x":${"[".repeat(100_000)}${"]".repeat(100_000)},`),
      `was changed after it was built (content); ${AGAIN}`,
    ],
  ])("%s", (_name, written, expected) => {
    expect(loadBuiltPolicy(written, "built.json")).toEqual({
      kind: "problems",
      problems: [
        {
          severity: "error",
          file: "built.json",
          line: 1,
          column: 1,
          length: 1,
          message: expected,
          excerpt: "",
        },
      ],
    });
  });

  test("broken off anywhere", () => {
    for (const end of [1, 100, json.length >> 1, json.length - 3]) {
      expect(messageOf(json.slice(0, end))).toMatch(/^is no JSON, or broken off/);
    }
  });

  interface Forged {
    readonly rules: object[];
    readonly default: object;
    readonly whenUnknown: { readonly ask: object };
  }
  /** As somebody would who knows how the digest is made. */
  const forged = (change: (content: Forged) => void): string => {
    const built = JSON.parse(json);
    change(built.content);
    return JSON.stringify({ ...built, digest: digestOf(built) });
  };

  test.each<[string, (content: Forged) => void, string]>([
    ["no rules", (content) => Object.assign(content, { rules: undefined }), ".rules"],
    ["a rule more, of nothing", ({ rules }) => rules.push({}), ".rules[3].name"],
    ["a mode nobody knows", (content) => Object.assign(content, { mode: "off" }), ".mode"],
    [
      "an approve rule without conditions",
      ({ rules }) => Object.assign(rules[0] ?? {}, { when: [], anyOf: [] }),
      ".rules[0]",
    ],
    [
      "a default that approves",
      (content) => Object.assign(content.default, { outcome: { kind: "approve" } }),
      ".default.outcome.kind",
    ],
    [
      "an unless that always holds",
      ({ rules }) => Object.assign(rules[0] ?? {}, { unless: [[]] }),
      ".rules[0].unless[0]",
    ],
    [
      "an ask of nobody",
      ({ whenUnknown }) => Object.assign(whenUnknown.ask, { requirements: [] }),
      ".whenUnknown.ask.requirements",
    ],
    [
      "a prototype",
      (content) => Object.assign(content, JSON.parse('{"lists":{"__proto__":[]}}')),
      ".lists.__proto__",
    ],
    [
      "a pattern that is too long",
      (content) => Object.assign(content, { lists: { teams: ["*".repeat(257)] } }),
      ".lists.teams[0]",
    ],
  ])("even with a digest that fits: %s", (_name, change, place) => {
    expect(messageOf(forged(change))).toBe(`was changed after it was built (content${place}); ${AGAIN}`);
  });

  test("a list that is not there is not an empty list", () => {
    expect(messageOf(forged((content) => Object.assign(content, { lists: {} })))).toMatch(
      /^cannot be used on this machine \(".*teams.*"\); build it again/,
    );
  });

  test("a time zone that this machine does not know is not UTC", () => {
    const elsewhere = JSON.parse(json.replaceAll("Europe/Oslo", "Mars/Olympus"));

    expect(messageOf(JSON.stringify({ ...elsewhere, digest: digestOf(elsewhere) }))).toMatch(
      /^cannot be used on this machine \(".*Mars\/Olympus.*"\); build it again/,
    );
  });
});
