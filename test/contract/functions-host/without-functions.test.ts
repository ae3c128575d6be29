import { describe, expect, test } from "vitest";
import { HELLO, MAIN_CJS, oneFile, type RunningHost, runHost, writeApp } from "./host.ts";

const status = async (host: RunningHost, path: string) => (await fetch(`${host.url}${path}`)).status;

describe("the host runs on without functions, as in Azure, and says why", () => {
  test.each<[string, Record<string, string>, string]>([
    ["main matches nothing", { "package.json": MAIN_CJS }, "matches no file: main.cjs. Is the app built?"],
    [
      "nothing is registered",
      { "package.json": MAIN_CJS, "main.cjs": "" },
      "registers no functions.\n\nNothing is served.",
    ],
    ["a file has a syntax error", oneFile("const a = ;"), "main.cjs:2\nconst a = ;"],
    [
      "a file that another one requires has a syntax error",
      { ...oneFile('require("./other.cjs");'), "other.cjs": "const a = 1;\nconst b = ;\n" },
      "other.cjs:2\nconst b = ;",
    ],
    [
      "an ES module has a syntax error",
      { "package.json": '{ "main": "main.mjs" }', "main.mjs": "const a = 1;\nconst b = ;\n" },
      "main.mjs:2\nconst b = ;",
    ],
    [
      "a module that another one imports has a syntax error",
      {
        "package.json": '{ "main": "main.mjs" }',
        "main.mjs": 'import "./other.mjs";\n',
        "other.mjs": "const a = 1;\nconst b = ;\n",
      },
      "other.mjs:2\nconst b = ;",
    ],
    [
      "a TypeScript module imports one with a syntax error, beside others that are well",
      {
        "package.json": '{ "type": "module", "main": "main.ts" }',
        "main.ts": 'import "./broken.js";\nimport { fine } from "./fine.ts";\nconst all: number = fine;\n',
        "broken.js": "const a = 1;\nconst b = ;\n",
        "fine.ts": "export const fine: number = 1;\n",
      },
      "broken.js:2\nconst b = ;",
    ],
    [
      "a TypeScript module declares a name twice",
      {
        "package.json": '{ "type": "module", "main": "main.ts" }',
        "main.ts": 'import "./broken.ts";\n',
        "broken.ts": "const a: number = 1;\nconst a: string = 's';\n",
      },
      "broken.ts:2\n",
    ],
    [
      "one of the files of a pattern has a syntax error",
      {
        "package.json": '{ "type": "module", "main": "src/{index.js,functions/**/*.js}" }',
        "src/index.js": `import { app } from "@azure/functions";\n${HELLO}`,
        "src/functions/deep/broken.js": "const a = 1;\n\nconst b = ;\n",
      },
      "broken.js:3\nconst b = ;",
    ],
    [
      "a TypeScript file has a syntax error",
      { "package.json": '{ "type": "module", "main": "*.ts" }', "main.ts": "\nconst b: number = ;\n" },
      "main.ts:2\n\nconst b: number = ;",
    ],
    [
      "a TypeScript file needs more than its types stripped",
      { "package.json": '{ "type": "module", "main": "*.ts" }', "main.ts": "export enum Colour { Red }\n" },
      "main.ts:1\nexport enum Colour { Red }",
    ],
    [
      "a file that is required cannot be found",
      oneFile('\nrequire("./nowhere.cjs");'),
      "main.cjs:3\nError: Cannot find module './nowhere.cjs'",
    ],
    [
      "a module that is imported cannot be found",
      {
        "package.json": '{ "main": "main.mjs" }',
        "main.mjs": 'import "./other.mjs";\n',
        "other.mjs": "const a = 1;\nimport './nowhere.mjs';\n",
      },
      "other.mjs:2\nError [ERR_MODULE_NOT_FOUND]: Cannot find module",
    ],
    [
      "the app throws while loading; its words stay as they are",
      oneFile('throw new Error("The policy is broken:\\n\\n  rule 3 (line 12)\\n    → unknown fact");'),
      "main.cjs failed while loading.\n\nError: The policy is broken:\n\n  rule 3 (line 12)\n    → unknown fact\n    at ",
    ],
  ])("when %s", { concurrent: true }, async (_name, files, message) => {
    const host = await runHost(writeApp(files));

    const called = await status(host, "/api/hello");

    await host.writes(message);
    await host.writes("Nothing is served. In Azure it is the same");
    expect(called).toBe(404);
    expect(await host.end("SIGTERM")).toEqual({ code: 0 });
  });
});

test("an error before the first registration is a success of the worker; the host then looks for function.json", async () => {
  const host = await runHost(writeApp(oneFile(`\nthrow new Error("no settings");\n${HELLO}`)), {
    args: ["--verbose"],
  });

  const [running, functions] = await Promise.all(
    ["host/status", "functions"].map(async (path) => (await host.admin(path)).json()),
  );

  await host.writes("It failed before it registered a function.");
  await host.end("SIGKILL");
  expect([running, functions]).toEqual([{ state: "Running" }, []]);
  const told = [
    /error \[host\] Worker was unable to load entry point "main\.cjs": no settings/,
    /debug \[host\] Fallback to host indexing as worker denied indexing/,
    /info {2}\[host\] 0 functions found \(Host\)/,
    /info {2}\[host\] 0 functions loaded/,
    /warn {2}\[host\] No job functions found\./,
    /main\.cjs failed while loading\.\n\nError: no settings\n +at .*main\.cjs:3/,
  ];
  for (const line of told) expect(host.output()).toMatch(line);
});

test("an error after a registration fails the indexing, and the host has none of the functions", async () => {
  const host = await runHost(writeApp(oneFile(`${HELLO}\nthrow new Error("too late");`)), {
    args: ["--verbose"],
  });

  const called = await status(host, "/api/hello");

  await host.writes("The host takes none of the functions that it registered before (1).");
  await host.end("SIGKILL");
  expect(called).toBe(404);
  expect(host.output()).toContain("error [host] Worker failed to index functions");
  expect(host.output()).toContain("info  [host] 0 functions found (Worker)");
});

test("when an entry point fails those after it are not loaded, but the hooks run that are there", async () => {
  const hook = (name: string) =>
    `require("@azure/functions").app.hook.appStart(() => console.log("hook of ${name} ran"));\n`;
  const files = {
    "package.json": '{ "main": "src/*.cjs" }',
    "src/a.cjs": hook("a"),
    "src/b.cjs": `${hook("b")}throw new Error("b is broken");`,
    "src/c.cjs": hook("c"),
  };

  const host = await runHost(writeApp(files));

  await host.writes("src/b.cjs failed while loading.");
  await host.end("SIGTERM");
  expect(host.output().match(/hook of \w ran/g)).toEqual(["hook of a ran", "hook of b ran"]);
});
