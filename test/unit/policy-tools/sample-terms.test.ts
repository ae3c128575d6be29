import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { run } from "../../../shared/policy-tools/cli/run.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const SAMPLE = readFileSync(`${ROOT}policy.yaml`, "utf8");
const TESTS = readFileSync(`${ROOT}policy.tests.yaml`, "utf8");

type Path = readonly (string | number)[];

/** The way to everything that some ask of the sample says, by its name. */
function termsIn(node: unknown, path: Path = []): readonly Path[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(node) ? Number(key) : key];
    const isSaid = path.at(-1) === "ask" && !SAID_ANYWAY.includes(`${key}: ${inner}`);
    return isSaid ? [here] : termsIn(inner, here);
  });
}

/** What an ask says when it is left out, too. */
const SAID_ANYWAY = ["quorum: 1", "timeout: 24h", "onTimeout: expire"];
/** One of them alone is refused. */
const TOGETHER = ["escalateTo", "escalateAfter"];

const terms = termsIn(parse(SAMPLE)).filter((path) => path.at(-1) !== "approvers");

test("the sample asks with terms that could get lost", () => {
  expect(new Set(terms.map((path) => path.at(-1)))).toEqual(
    new Set(["timeout", "remindAfter", "escalateTo", "escalateAfter", "reasonRequired", "preventSelfReview"]),
  );
});

test.each(terms.map((path) => [path.join("."), path] as const))(
  "the sample's own tests fail when it loses %s",
  async (_called, path) => {
    const folder = mkdtempSync(join(tmpdir(), "sample-terms-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const policy = parseDocument(SAMPLE);
    const [name, ask] = [String(path.at(-1)), path.slice(0, -1)];
    for (const lost of TOGETHER.includes(name) ? TOGETHER : [name]) policy.deleteIn([...ask, lost]);
    writeFileSync(join(folder, "policy.yaml"), policy.toString());
    writeFileSync(join(folder, "policy.tests.yaml"), TESTS);
    const said: string[] = [];
    const say = (text: string) => void said.push(text);

    const code = await run(["test", "policy.tests.yaml"], {
      cwd: folder,
      env: {},
      out: say,
      err: say,
      readStdin: async () => "",
    });

    // What hangs on it, or a name that nobody asks any more, is an error of the file.
    expect(said.join("")).toMatch(new RegExp(`\\n {2}${name}: want |^policy.*: error: `));
    expect(code).toBe(1);
  },
);
