import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildPolicy } from "../../../shared/policy/file/build-policy.ts";
import { checkFiles } from "../../../shared/policy-in-force/check.ts";
import { fileSource } from "../../../shared/policy-in-force/file-source.ts";
import { PoliciesInForce } from "../../../shared/policy-in-force/policies.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
import { noSwitches } from "../../fixtures/switches.ts";
import { aFile } from "../policy/builders.ts";
import { runs } from "../policy/runs.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "policy-shown-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "lists"));
  return folder;
}

/** The app's policy, and the log of its work. */
function policyIn(file: string) {
  const log: string[] = [];
  const store = openSqliteStore(":memory:");
  onTestFinished(() => store.close());
  const policies = new PoliciesInForce({
    source: fileSource({ file, now: () => Date.now() + 60_000, pause: async () => undefined }),
    approvalsOff: false,
    modeAtMost: "enforce",
    switches: noSwitches(),
    signers: null,
    standing: store.standing,
    rejectionDelayMs: 0,
    now: Date.now,
  });
  const report = (_level: string, line: string) => void log.push(line);
  return { log, load: () => policies.load(report), refresh: () => policies.refresh(report), policies };
}

const shownOf = async (
  text: string,
  file = "/x/policy.yaml",
  lists: Readonly<Record<string, string>> = {},
) => {
  const checked = await checkFiles({ file, text, lists: new Map(Object.entries(lists)) }, null, 0);
  if (checked.kind === "policy") throw new Error("It is sound.");
  return checked;
};

const SECRET = "hunter2";
const ours = aFile("  - { name: r, when: { endpoint: { name: pe-* } }, then: approve }");

describe("a file that is no policy of ours shows nothing of what it holds:", () => {
  test.each([
    ["the system's passwords", `root:${SECRET}:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n`],
    ["a password alone", SECRET],
    ["a number alone", "4711"],
    ["settings", `PASSWORD=${SECRET}\nOTHER: *${SECRET}\n`],
    ["a mapping", `${SECRET}: { a: b }\nkind: ${SECRET}\napiVersion: ${SECRET}\n`],
    ["a secret of Kubernetes", `apiVersion: v1\nkind: Secret\nstringData:\n  password: ${SECRET}\n`],
    [
      "a config map that holds a policy beside other things",
      `apiVersion: v1\nkind: ConfigMap\ndata:\n  a: ${SECRET}\n  policy.yaml: |\n${ours.replace(/^/gm, "    ")}`,
    ],
    ["a private key", `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----\n`],
    ["JSON", `{ "apiVersion": "${SECRET}", "${SECRET}": 1 }`],
    ["a file of tags, anchors and aliases", `a: !${SECRET} b\nc: &${SECRET} d\ne: *${SECRET}\n`],
    ["what a policy is only part of", `a: ${SECRET}\n${ours.replace("ConnectionPolicy", "Other")}`],
  ])("%s", async (_what, text) => {
    const { problems, count } = await shownOf(text);

    expect(problems).toEqual([
      expect.stringMatching(
        /^\/x\/policy\.yaml:\d+:\d+: error: this is no policy: it lacks the line "apiVersion: policy\/v1", or the line "kind: ConnectionPolicy"; what it holds is not shown here, but by npm run policy -- check \/x\/policy\.yaml$/,
      ),
    ]);
    expect(problems.join()).not.toMatch(/hunter2|4711|root/);
    expect(count).toBeGreaterThan(0);
  });

  test.each([
    ["no JSON", `${SECRET} = 1`],
    ["other JSON", `{ "kind": "${SECRET}" }`],
    ["broken off", `{"a":"${SECRET}`],
  ])("a built one is %s", async (_what, text) => {
    const { problems } = await shownOf(text, "/x/policy.json");

    expect(problems).toEqual([
      "/x/policy.json:1:1: error: this is nothing that npm run policy -- build wrote; what it holds is not shown here, but by npm run policy -- check /x/policy.json",
    ]);
  });

  test("law: no word of a foreign file, or of a list, whatever it is, is in what is shown", async () => {
    const word = fc.stringMatching(/^[a-z0-9]{8,12}$/).map((text) => `q${text}q`);
    const around = fc.constantFrom(
      ..."- W|W: 1|- W: 2|a: W|- *W|- &W a|- !W a|- {W: W}|? W|- ' W'|- \"W|- [W|---\nW|%W|# W|- 'W\u200b'|W\t: W|@W|`W`|W: {W: W}|W: 1\nW: 2".split(
        "|",
      ),
    );
    const text = fc.array(fc.tuple(around, word), { minLength: 1, maxLength: 4 }).map((lines) => ({
      words: lines.map(([, secret]) => secret),
      text: lines.map(([line, secret]) => line.replaceAll("W", secret)).join("\n"),
    }));

    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom("txt", "yaml"), async ({ words, text }, ending) => {
        const asPolicy = await checkFiles({ file: "p.yaml", text, lists: new Map() }, null, 0);
        const asBuilt = await checkFiles({ file: "p.json", text, lists: new Map() }, null, 0);
        const lists = new Map([[`lists/a.${ending}`, text]]);
        const asList = await checkFiles({ file: "p.yaml", text: ours, lists }, null, 0);

        const shown = JSON.stringify([asPolicy, asBuilt, asList.kind === "policy" ? [] : asList]);
        for (const secret of words) expect(shown).not.toContain(secret);
      }),
      runs(500),
    );
  });
});

describe("a list may be anything, so", () => {
  test("its problems are counted, and the first has its place", async () => {
    const { problems, count } = await shownOf(ours, "p.yaml", {
      "lists/a.txt": `fine\n${SECRET}\u200b\n${SECRET}\u200b\n`,
      "lists/b.yaml": `- fine\n- ${SECRET}\n- " ${SECRET}"\n`,
      "lists/c.txt": "fine\n",
    });

    expect(problems).toEqual([
      "lists/a.txt:2:1: error: in this list 2 things are wrong, the first of them here; what it holds is not shown here, but by npm run policy -- check p.yaml",
      "lists/b.yaml:3:3: error: in this list something is wrong here; what it holds is not shown here, but by npm run policy -- check p.yaml",
    ]);
    expect(count).toBe(3);
  });

  test("the problems of the policy beside it are shown with their lines all the same", async () => {
    const { problems } = await shownOf(ours.replace("then: approve", "then: aprove"), "p.yaml", {
      "lists/a.txt": `${SECRET}\u200b`,
    });

    expect(problems).toEqual([
      expect.stringMatching(/^p\.yaml:9:\d+: error: [\s\S]*\n {5}9 \| .*then: aprove/),
      expect.stringContaining("lists/a.txt:1:1: error: in this list something is wrong here;"),
    ]);
  });
});

describe("a policy of ours is known as such, and shows its lines,", () => {
  test.each([
    ["whatever else is wrong", ours.replace("rules:", "rulez:")],
    ["broken off", ours.slice(0, -12)],
    ["with comments behind", ours.replace("policy/v1", "policy/v1 # ours").replace("default", "defualt")],
    ["in quotes", ours.replace("policy/v1", '"policy/v1"').replace("default", "defualt")],
    [
      "with a mark at its begin, and the ends of Windows",
      `\ufeff${ours.replace("rules", "rulez")}`.replaceAll("\n", "\r\n"),
    ],
    ["a file of tests that was taken for it", ours.replace("ConnectionPolicy", "ConnectionPolicyTest")],
  ])("%s", async (_what, text) => {
    const { problems } = await shownOf(text);

    expect(problems.join("\n")).toMatch(/\n +\d+ \| /);
  });

  test("or says what became of it, if it was built", async () => {
    const built = buildPolicy(ours, "policy.yaml");
    if (built.kind === "problems") throw new Error("It was not built.");

    const { problems } = await shownOf(built.json.replace("pe-*", "pe-x"), "policy.json");

    expect(problems).toEqual([
      "policy.json:1:1: error: was changed after it was built; build it again with: npm run policy -- build policy.yaml",
    ]);
  });
});

describe("a policy file that is a link", () => {
  const shadow = `root:${SECRET}:19000:0:99999:7:::\n`;

  test("to something else stops the app without a word of it", async () => {
    const folder = aFolder();
    writeFileSync(join(folder, "shadow"), shadow);
    symlinkSync("shadow", join(folder, "policy.yaml"));

    const error = await policyIn(join(folder, "policy.yaml"))
      .load()
      .catch((thrown: unknown) => thrown);

    expect(String(error)).toContain("The policy cannot be used:\n");
    expect(String(error)).not.toMatch(/root|hunter2/);
  });

  test.each(["policy.yaml", "lists/a.txt"])(
    "of which %s is turned to something else while the app runs tells nobody of it",
    async (path) => {
      const folder = aFolder();
      writeFileSync(join(folder, "shadow"), `root:${SECRET}\u200b\n`);
      writeFileSync(join(folder, "policy.yaml"), ours);
      const { log, load, refresh, policies } = policyIn(join(folder, "policy.yaml"));
      await load();
      rmSync(join(folder, path), { force: true });
      symlinkSync(join(folder, "shadow"), join(folder, path));

      const error = await refresh().catch((thrown: unknown) => thrown);

      expect(String(error)).toContain("is refused for");
      expect(policies.status().refused?.problems).toHaveLength(1);
      expect(log.at(-1)).toContain("refused, the last one stays in force");
      expect(JSON.stringify([String(error), log, policies.status()])).not.toMatch(/root|hunter2/);
    },
  );

  test("as Kubernetes mounts config maps is a policy like any other, and so are its lists", async () => {
    const folder = aFolder();
    mkdirSync(join(folder, "..2026"));
    symlinkSync("..2026", join(folder, "..data"));
    const text = ours.replace("pe-*", "{ in: names }");
    writeFileSync(join(folder, "..2026", "policy.yaml"), text);
    symlinkSync("..data/policy.yaml", join(folder, "policy.yaml"));
    writeFileSync(join(folder, "..2026", "names.txt"), "pe-1\n");
    symlinkSync("../..data/names.txt", join(folder, "lists", "names.txt"));
    const { load, policies } = policyIn(join(folder, "policy.yaml"));

    await load();

    expect(policies.status()).toMatchObject({ text, rules: 1 });
  });
});
