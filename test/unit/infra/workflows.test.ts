import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const FOLDER = join(import.meta.dirname, "../../../.github/workflows");
const FILES = readdirSync(FOLDER);
const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");

const Permissions = z.record(z.string(), z.string());
const Workflow = z.object({
  permissions: Permissions,
  jobs: z.record(
    z.string(),
    z.object({
      permissions: Permissions.optional(),
      environment: z.string().optional(),
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});
const read = (file: string) => Workflow.parse(parse(textOf(file)));

describe.each(FILES)("the workflow %s", (file) => {
  test("takes every action by the digest of a version that it names: a tag can be moved", () => {
    const uses = textOf(file)
      .split("\n")
      .filter((line) => line.includes("uses:"));

    expect(uses).not.toEqual([]);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("may read the code, and nothing else but where a job of an environment signs in", () => {
    const { permissions, jobs } = read(file);

    expect(permissions).toEqual({ contents: "read" });
    for (const { permissions: own, environment } of Object.values(jobs)) {
      const allowed = environment === undefined ? {} : { "id-token": "write" };
      expect({ contents: "read", ...allowed }).toMatchObject(own ?? {});
    }
  });

  test("puts nothing that a stranger wrote into a command: expressions stand in the environment", () => {
    const steps = Object.values(read(file).jobs).flatMap((job) => job.steps);

    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });
});

test("the workflows take the same action by the same digest", () => {
  const digests = new Map<string, Set<string>>();
  for (const file of FILES)
    for (const [, action = "", digest = ""] of textOf(file).matchAll(/uses: (\S+)@(\S+)/g))
      digests.set(action, (digests.get(action) ?? new Set()).add(digest));

  for (const [action, known] of digests) expect([action, known.size]).toEqual([action, 1]);
});

test("what CI checks is what anybody can run: one command of the repository", () => {
  const runs = Object.values(read("ci.yml").jobs).flatMap(({ steps }) => steps.map(({ run }) => run));

  expect(runs).toContain("bash .ci/run");
});
