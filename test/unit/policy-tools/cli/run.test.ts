import { describe, expect, test } from "vitest";
import { run } from "../../../../shared/policy-tools/cli/run.ts";
import { aWorkplace, POLICY, REQUEST } from "./command-line.ts";

describe("a command line that makes no sense ends with 2 and says what to do", () => {
  test.each<[string[], string]>([
    [[], "Name a command."],
    [
      ["chekc"],
      'There is no command "chekc"; did you mean "check"? There are: check, explain, test, simulate, schema, build, sign, verify, publish, init',
    ],
    [
      ["constructor"],
      'There is no command "constructor". There are: check, explain, test, simulate, schema, build, sign, verify, publish, init',
    ],
    [["check"], "Name at least one policy file."],
    [["check", "--githib", "p.yaml"], "Unknown option '--githib'; did you mean '--github'?"],
    [["check", "--jsonl=1", "p.yaml"], "Unknown option '--jsonl'; did you mean '--json'?"],
    [["schema", "--hlep"], "Unknown option '--hlep'; did you mean '--help'?"],
    [["check", "--quiet", "p.yaml"], "Unknown option '--quiet'."],
    [["check", "-x", "p.yaml"], "Unknown option '-x'."],
    [["explain", "p.yaml", "--request"], "Option '--request <value>' argument missing"],
    [["check", "--json", "--github", "p.yaml"], "--json and --github cannot be used together."],
    [["test"], "Name at least one file of tests."],
    [["explain", "p.yaml"], "--request is missing: which request is it about?"],
    [["explain", "--request", "r.json"], "Name the policy file."],
    [["build", "p.yaml", "q.yaml"], 'One file at a time; "q.yaml" is one too many.'],
    [["schema", "p.yaml"], "schema takes no file; it prints to the standard output."],
    [["init", "policy.json"], 'A policy\'s name ends in .yaml or .yml; "policy.json" does not.'],
    [["simulate", "p.yaml"], "--against is missing: audit, current or a file of requests."],
    [
      ["simulate", "p.yaml", "--against", "audit"],
      "Where is the audit store? Name it with --store STORE, name the folder of a stack on this machine with --data DIR, or set AUDIT_STORE.",
    ],
    [["simulate", "p.yaml", "--against", "r.json", "--all"], "--all goes with --against audit."],
    [
      ["simulate", "p.yaml", "--against", "audit", "--all-states"],
      "--all-states goes with --against current.",
    ],
    [
      ["simulate", "p.yaml", "--against", "audit", "--json", "--markdown"],
      "--json and --markdown cannot be used together.",
    ],
    [
      ["build", "p.yaml", "--out", "p.yaml"],
      'The app takes a built policy only under a name that ends in .json; "p.yaml" does not.',
    ],
  ])("%j", async (args, sentence) => {
    const { policy } = aWorkplace({ "p.yaml": POLICY, "r.json": REQUEST });

    expect(await policy(...args)).toEqual({
      code: 2,
      out: "",
      err: `${sentence}\nTry: npm run policy -- --help\n`,
    });
  });
});

test("settings that make no sense end with 2, and all that is wrong with them is said, as by the app", async () => {
  const { policy } = aWorkplace(
    { "p.yaml": POLICY },
    { env: { ARM_ENDPOINT: "http://arm", TENANT_ID: "-", HINT_QUEUE: "-" } },
  );

  expect(await policy("simulate", "p.yaml", "--against", "current")).toEqual({
    code: 2,
    out: "",
    err: `The app's settings are not complete:
  CLUSTER_SCOPES is not set
  ARM_ENDPOINT must be an https URL
  TENANT_ID must be a GUID
README.md lists them all.
To ask a stack on this machine, start it: npm start. It has them set.
`,
  });
});

describe("a file that cannot be used ends with 2 and says why", () => {
  test.each<[string[], string]>([
    [["check", "none.yaml"], "none.yaml cannot be read: there is no such file."],
    [["check", "p.yaml/x"], "p.yaml/x cannot be read: something on the way there is no folder."],
    [["check", "folder"], "folder cannot be read: it is a folder."],
    [["check", "latin1.yaml"], "latin1.yaml is no UTF-8 text; save it as UTF-8."],
    [["build", "p.yaml", "--out", "none/p.json"], "none/p.json cannot be written: there is no folder none."],
    [["build", "p.yaml", "--out", "folder.json"], "folder.json cannot be read: it is a folder."],
    [
      ["build", "p.yaml", "--out", "other.json"],
      "other.json is there already, and is no built policy; name another file.",
    ],
    [["check", "large.yaml"], "large.yaml is larger than 256 KiB; make it smaller."],
    [["check", "large.json"], "large.json is larger than 4 MiB; make it smaller."],
    [
      ["simulate", "p.yaml", "--against", "p.yaml"],
      "p.yaml, line 1: expected one JSON object on each line; explain takes YAML, too.",
    ],
    [
      ["init", "p.yaml"],
      "p.yaml is there already, and is left as it is; name another file: npm run policy -- init other.yaml",
    ],
    [["test", "p.yaml"], "p.yaml is a policy, and p.tests.yaml is not there; name the file of its tests."],
    [
      ["simulate", "p.yaml", "--against", "audit", "--store", "none.db"],
      "none.db cannot be read: there is no such file. The app makes it when it starts; name another with --store STORE.",
    ],
  ])("%j", async (args, sentence) => {
    const { policy } = aWorkplace({
      "p.yaml": POLICY,
      "folder/x": "",
      "folder.json/x": "",
      "other.json": "{}",
      "large.yaml": `${POLICY}# ${"ø".repeat(150_000)}`,
      "large.json": " ".repeat(4 * 1_024 * 1_024 + 1),
      "latin1.yaml": Uint8Array.of(0x61, 0xe6),
    });

    expect(await policy(...args)).toEqual({ code: 2, out: "", err: `${sentence}\n` });
  });
});

describe("help", () => {
  test.each(["--help", "-h", "help"])("%s lists all commands", async (word) => {
    const { policy } = aWorkplace({});

    const { code, out } = await policy(word);

    expect(code).toBe(0);
    for (const command of ["check", "explain", "test", "simulate", "schema", "build", "init"])
      expect(out).toContain(`\n  ${command} `);
  });

  test.each(["check", "explain", "test", "simulate", "schema", "build", "init"])(
    "%s --help tells of that command alone, and does nothing",
    async (command) => {
      const { policy } = aWorkplace({});

      const { code, out, err } = await policy(command, "--help");

      expect(out).toContain(`policy -- ${command}`);
      expect(out.endsWith("\n")).toBe(true);
      expect([code, err]).toEqual([0, ""]);
    },
  );
});

test("a fault of our own ends with 2 and shows its stack: 1 would say that the policy is at fault", async () => {
  const { folder } = aWorkplace({ "p.yaml": POLICY });
  const said: string[] = [];

  const code = await run(["explain", "p.yaml", "--request", "-"], {
    cwd: folder,
    env: {},
    out: () => undefined,
    err: (text) => said.push(text),
    readStdin: async () => {
      throw new Error("the input is gone");
    },
  });

  expect(code).toBe(2);
  expect(said.join("")).toMatch(/^Error: the input is gone\n {4}at /);
});
