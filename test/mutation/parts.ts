/** A part of `shared/policy` or `shared/policy-tools`, and the tests that must notice when it is changed. */
export interface Part {
  readonly name: string;
  readonly mutate: readonly string[];
  /** Laws that read policy files and fuzzing are left out: they notice more, and would take a day. */
  readonly tests: readonly string[];
}

const UNIT = "test/unit/policy";
const TOOLS = "test/unit/policy-tools";

/** Each on its own, since a mutant costs the loading of every test file that could notice it. */
export const PARTS: readonly Part[] = [
  {
    name: "engine",
    mutate: ["shared/policy/{facts,glob,text,texts,verdict}.ts", "shared/policy/engine/*.ts"],
    tests: [`${UNIT}/engine/*.test.ts`, `${UNIT}/{verdict,glob}.test.ts`, `${UNIT}/file/meaning.test.ts`],
  },
  {
    name: "file",
    mutate: ["shared/policy/file/*.ts", "shared/policy/{built,duration}.ts"],
    tests: [`${UNIT}/file/!(hostile|laws).test.ts`, `${UNIT}/{load,report}.test.ts`],
  },
  { name: "lint", mutate: ["shared/policy-tools/lint/*.ts"], tests: [`${TOOLS}/lint/*.test.ts`] },
  { name: "testing", mutate: ["shared/policy-tools/testing/*.ts"], tests: [`${TOOLS}/testing/*.test.ts`] },
  { name: "simulate", mutate: ["shared/policy-tools/simulate/*.ts"], tests: [`${TOOLS}/simulate/*.test.ts`] },
];
