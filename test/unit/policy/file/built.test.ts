import { describe, expect, test } from "vitest";
import { digestOf, MAX_BUILT_BYTES } from "../../../../shared/policy/built.ts";
import { hashOfContent } from "../../../../shared/policy/content-hash.ts";
import { buildPolicy } from "../../../../shared/policy/file/build-policy.ts";
import { explain, loadBuiltPolicy, type Policy } from "../../../../shared/policy/index.ts";
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
      changed((built) => Object.assign(built, { language: 1 })),
      `was built by another version of this app; ${AGAIN}`,
    ],
    [
      "another name of the policy file",
      changed((built) => Object.assign(built, { source: "other.yaml" })),
      `was changed after it was built; ${AGAIN}`,
    ],
    [
      "content that is no text",
      changed((built) => Object.assign(built, { content: {} })),
      `is not a built policy; ${AGAIN}`,
    ],
    ["a key more", changed((built) => Object.assign(built, { more: 1 })), `is not a built policy; ${AGAIN}`],
    [
      "another kind",
      changed((built) => Object.assign(built, { kind: "x" })),
      `is not a built policy; ${AGAIN}`,
    ],
    [
      "another API version",
      changed((built) => Object.assign(built, { apiVersion: "policy/v2" })),
      `is not a built policy; ${AGAIN}`,
    ],
    ["no digest", changed((built) => delete built.digest), `is not a built policy; ${AGAIN}`],
    [
      "another outcome",
      json.replace(
        String.raw`\"outcome\":{\"kind\":\"reject\",\"reason\":\"No.\"}`,
        String.raw`\"outcome\":{\"kind\":\"approve\"}`,
      ),
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
          count: 1,
        },
      ],
    });
  });

  test("broken off anywhere", () => {
    for (const end of [1, 100, json.length >> 1, json.length - 3]) {
      expect(messageOf(json.slice(0, end))).toMatch(/^is no JSON, or broken off/);
    }
  });

  test("the hash of another policy, so that nobody would see that it changed", () => {
    const built = JSON.parse(json);
    const content = { ...JSON.parse(built.content), mode: "approveOnly" };
    const forged = { ...built, content: JSON.stringify(content) };

    expect(messageOf(JSON.stringify({ ...forged, digest: digestOf(forged) }))).toBe(
      `has a hash that is not its own; ${AGAIN}`,
    );
  });

  test("content that nobody could judge by, with a digest that fits", () => {
    const built = JSON.parse(json);
    const content = { ...JSON.parse(built.content), lists: {} };
    const forged = { ...built, hash: hashOfContent(content), content: JSON.stringify(content) };

    expect(messageOf(JSON.stringify({ ...forged, digest: digestOf(forged) }))).toBe(
      `cannot be used ("The policy's content lacks its list teams"); ${AGAIN}`,
    );
  });
});

test("a built policy whose time zone this machine does not know decides nothing by the time there", () => {
  const built = JSON.parse(json);
  const content = built.content.replaceAll("Europe/Oslo", "Mars/Olympus");
  const elsewhere = { ...built, hash: hashOfContent(JSON.parse(content)), content };
  const { policy } = loadBuilt(JSON.stringify({ ...elsewhere, digest: digestOf(elsewhere) }));
  const facts = someFacts({
    message: is("web"),
    source: is("a"),
    time: is("2027-01-04T10:00:00Z"),
    requester: is("dana"),
    history: { approvedBefore: { kind: "value", value: 1 } },
  });

  expect(explain(load(text, lists), facts)).toMatchObject({ kind: "approve" });
  expect(explain(policy, facts)).toMatchObject({ kind: "ask", undecided: [{ name: "r1" }] });
});
