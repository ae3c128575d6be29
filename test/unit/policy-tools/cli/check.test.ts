import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ASKS_ALWAYS, aWorkplace, POLICY } from "./command-line.ts";

const MISSPELT = POLICY.replace("subscription:", "subscripton:");
/** The linter does not like a group that is no GUID. */
const ODD = POLICY.replace(/groups: \[[^\]]*\]/, "groups: [everybody]");

describe("check", () => {
  test("tells how many rules there are, and which policy this is", async () => {
    const { policy } = aWorkplace({ "policy.yaml": POLICY, "asks.yaml": ASKS_ALWAYS });

    const { code, out, err } = await policy("check", "policy.yaml", "asks.yaml");

    expect(out).toMatch(
      /^policy\.yaml: 1 rule, no problems \(hash [0-9a-f]{12}…\)\nasks\.yaml: no rules, no problems \(hash [0-9a-f]{12}…\)\n$/,
    );
    expect([code, err]).toEqual([0, ""]);
  });

  test("shows every error at its place, under the name that the user gave, and fails", async () => {
    const { policy } = aWorkplace({ "policies/p.yaml": MISSPELT });

    expect(await policy("check", "./policies/p.yaml")).toEqual({
      code: 1,
      out: `./policies/p.yaml:7:25: error: unknown field "subscripton" in rules[].when.endpoint; did you mean "subscription"?
     7 |     when: { endpoint: { subscripton: 3e9e0d50-1ff8-4789-acc6-7d571bd52f17 } }
       |                         ^^^^^^^^^^^
./policies/p.yaml: 1 error
`,
      err: "",
    });
  });

  test("shows warnings, and fails for them only when it is to be strict", async () => {
    const { policy } = aWorkplace({ "p.yaml": ODD });

    const lenient = await policy("check", "p.yaml");
    const strict = await policy("check", "p.yaml", "--strict");

    expect(lenient.out).toMatch(/^p\.yaml:3:\d+: warning: .*everybody/);
    expect(lenient.out).toMatch(/\np\.yaml: 1 rule, 1 warning \(hash [0-9a-f]{12}…\)\n$/);
    expect([lenient.code, strict.code]).toEqual([0, 1]);
  });

  test("reads the lists beside the policy, and shows their problems in their own files", async () => {
    const { policy } = aWorkplace({
      "a/p.yaml": POLICY.replace(/subscription: [^ ]*/, "subscription: { in: payments }"),
      "a/lists/payments.txt": "3e9e0d50-1ff8-4789-acc6-7d571bd52f17 # prod\n",
      "a/lists/other.yaml": "- 12\n",
      "a/lists/README.md": "no list",
      "a/lists/.other.yaml.swp.yaml": "- 12\n",
      "a/lists/old.yaml/x": "no list",
    });

    const { code, out } = await policy("check", "a/p.yaml");

    expect(out).toContain("a/lists/other.yaml:1:3: error: ");
    expect(out).not.toContain("payments");
    expect(code).toBe(1);
  });

  test("prints problems as JSON, for scripts", async () => {
    const { policy } = aWorkplace({ "p.yaml": MISSPELT });

    const { code, out } = await policy("check", "p.yaml", "--json");

    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({ file: "p.yaml", line: 7, column: 25, length: 11, severity: "error" }),
    ]);
    expect(code).toBe(1);
  });

  test("prints problems as workflow commands, for pull requests", async () => {
    const { policy } = aWorkplace({ "p.yaml": MISSPELT });

    expect(await policy("check", "p.yaml", "--github")).toEqual({
      code: 1,
      out: '::error file=p.yaml,line=7,col=25,endLine=7,endColumn=36,title=Policy error::unknown field "subscripton" in rules[].when.endpoint; did you mean "subscription"?\n',
      err: "",
    });
  });

  test("tells of each file as it goes; one that cannot be read hides none of the others", async () => {
    const { policy } = aWorkplace({
      "a.yaml": POLICY,
      "large.yaml": " ".repeat(262_145),
      "b.yaml": MISSPELT,
    });

    const { code, out, err } = await policy("check", "a.yaml", "none.yaml", "large.yaml", "b.yaml");

    expect(out).toMatch(/^a\.yaml: 1 rule, [\s\S]*b\.yaml:7:25: error: [\s\S]*b\.yaml: 1 error\n$/);
    expect(err).toBe(
      "none.yaml cannot be read: there is no such file.\nlarge.yaml is larger than 256 KiB; make it smaller.\n",
    );
    expect(code).toBe(2);
  });

  test.each(["--json", "--github"])("tells in any form of those that it can read: %s", async (form) => {
    const { policy } = aWorkplace({ "b.yaml": MISSPELT });

    const { code, out, err } = await policy("check", "none.yaml", "b.yaml", form);

    expect(out).toContain("did you mean");
    expect(err).toBe("none.yaml cannot be read: there is no such file.\n");
    expect(code).toBe(2);
  });

  test("reads a file as large as is allowed", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY.padEnd(262_144, "\n") });

    expect((await policy("check", "p.yaml")).out).toMatch(/^p\.yaml: 1 rule, /);
  });

  test("reads what another command writes into a pipe: `check <(git show main:policy.yaml)`", async () => {
    const { policy, folder } = aWorkplace({});
    const pipe = join(folder, "pipe.yaml");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);

    const [{ out }] = await Promise.all([policy("check", "pipe.yaml"), writeFile(pipe, POLICY)]);

    expect(out).toMatch(/^pipe\.yaml: 1 rule, /);
  });

  test("finds that a built policy was changed by hand", async () => {
    const { policy } = aWorkplace({ "p.yaml": POLICY });
    await policy("build", "p.yaml", "--out", "p.json");
    const untouched = await policy("check", "p.json");
    const { policy: elsewhere } = aWorkplace({ "p.json": "{}" });

    expect(untouched.out).toMatch(/^p\.json: 1 rule, no problems/);
    expect((await elsewhere("check", "p.json")).code).toBe(1);
  });
});
