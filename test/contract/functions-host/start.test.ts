import { describe, expect, test } from "vitest";
import { levelFilter } from "../../../infra/local/functions-host/log.ts";
import { appFolder, refusedBy, runHost, writeApp } from "./host.ts";

const MAIN_CJS = '{ "main": "main.cjs" }';
const requires = (code: string) => `const { app, input, output } = require("@azure/functions");\n${code}\n`;
const oneFile = (code: string) => ({ "package.json": MAIN_CJS, "main.cjs": requires(code) });
const HELLO = 'app.http("hello", { handler: () => ({ body: "hi" }) });';

describe("the host ends with code 1 and says why", () => {
  test.each<[string, Record<string, string>, string]>([
    ["there is no package.json", {}, "package.json"],
    ["package.json names no main", { "package.json": "{}" }, "main must name the file"],
    ["main matches nothing", { "package.json": MAIN_CJS }, "matches no file: main.cjs. Is the app built?"],
    ["nothing is registered", { "package.json": MAIN_CJS, "main.cjs": "" }, "registers no functions"],
    ["a file has a syntax error", oneFile("const a = ;"), "main.cjs:2\nconst a = ;"],
    [
      "an ES module has a syntax error",
      { "package.json": '{ "main": "main.mjs" }', "main.mjs": "const a = 1;\nconst b = ;\n" },
      "main.mjs:2\nconst b = ;",
    ],
    ["an import cannot be found", oneFile('require("./nowhere.cjs");'), "Cannot find module './nowhere.cjs'"],
    [
      "the app throws while loading; its words stay as they are",
      oneFile('throw new Error("The policy is broken:\\n\\n  rule 3 (line 12)\\n    → unknown fact");'),
      "main.cjs failed while loading.\n\nError: The policy is broken:\n\n  rule 3 (line 12)\n    → unknown fact\n    at ",
    ],
    [
      "an appStart hook fails",
      oneFile(`${HELLO}app.hook.appStart(() => { throw new Error("no"); });`),
      "An appStart hook",
    ],
    [
      "two names differ only by case",
      oneFile(`${HELLO}app.get("Hello", { handler() {} });`),
      'named "Hello"',
    ],
    [
      "bindings cannot be served, all of which it names",
      oneFile(`app.storageQueue("q", { queueName: "q", connection: "C", handler() {} });
        require("durable-functions").app.entity("counter", function () {});
        app.timer("t", { schedule: "0 * * * * *", retry: { strategy: "fixedDelay", maxRetryCount: 1, delayInterval: 1 }, handler() {} });
        app.get("g", { extraOutputs: [output.storageQueue({ queueName: "q", connection: "C" })], handler() {} });`),
      "  q: the trigger queueTrigger is not supported.\n" +
        "  counter: durable entities are not supported.\n" +
        "  t: retry policies are not supported.\n" +
        "  g: output binding queue is not supported.\n",
    ],
    [
      "a route is not understood",
      oneFile('app.get("g", { route: "a-{id}", handler() {} });'),
      'g: The route "api/a-{id}"',
    ],
    [
      "a schedule is wrong",
      oneFile('app.timer("t", { schedule: "often", handler() {} });'),
      't: the schedule cannot be used: "often" is neither',
    ],
    [
      "a setting is missing",
      oneFile('app.timer("t", { schedule: "%WHEN%", handler() {} });'),
      "t: the setting WHEN is not set.",
    ],
    [
      "a queue has no connection",
      oneFile('app.serviceBusQueue("s", { queueName: "q", connection: "Bus", handler() {} });'),
      "s: the setting Bus must hold a Service Bus connection string.",
    ],
    [
      "a queue wants batches",
      oneFile(
        'app.serviceBusQueue("s", { queueName: "q", connection: "Bus", cardinality: "many", handler() {} });',
      ),
      'only cardinality "one" is supported',
    ],
    [
      "a queue connection needs an identity",
      {
        ...oneFile('app.serviceBusQueue("s", { queueName: "q", connection: "Bus", handler() {} });'),
        "local.settings.json": '{ "Values": { "Bus__fullyQualifiedNamespace": "n" } }',
      },
      "supports connection strings only",
    ],
    [
      "host.json is wrong",
      { ...oneFile(HELLO), "host.json": '{ "version": "1", "functionTimeout": "5" }' },
      'version: must be "2.0"',
    ],
    ["host.json is no JSON", { ...oneFile(HELLO), "host.json": "{" }, "host.json is not valid JSON"],
    ["HTTP streams are asked for", oneFile(`app.setup({ enableHttpStream: true });${HELLO}`), "HTTP streams"],
  ])("when %s", { concurrent: true }, async (_name, files, message) => {
    const { code, output } = await refusedBy(writeApp(files));

    expect(output).toContain(message);
    expect(code).toBe(1);
  });

  test("when the port is taken", async () => {
    const first = await runHost(writeApp({ ...oneFile(HELLO) }));

    const { code, output } = await refusedBy(writeApp(oneFile(HELLO)), {
      args: ["--port", new URL(first.url).port],
    });

    await first.end("SIGKILL");
    expect(code).toBe(1);
    expect(output).toContain("is in use. Choose another one with --port.");
  });
});

describe("an app is loaded", () => {
  test.each<[string, Record<string, string>]>([
    ["from a CommonJS file", oneFile(HELLO)],
    [
      "from an ES module",
      {
        "package.json": '{ "type": "module", "main": "main.js" }',
        "main.js": `import { app } from "@azure/functions";\n${HELLO}`,
      },
    ],
    [
      "from every file that a pattern matches",
      {
        "package.json": '{ "main": "dist/{a,b}/*.js" }',
        "dist/a/none.js": "",
        "dist/b/hello.js": requires(HELLO),
      },
    ],
  ])("%s", async (_name, files) => {
    const host = await runHost(writeApp(files));

    const response = await fetch(`${host.url}/api/hello`);

    await host.end("SIGKILL");
    expect(await response.text()).toBe("hi");
  });
});

test("a host that is told to end lets a request finish, runs the appTerminate hooks and ends with code 0", async () => {
  const host = await runHost(appFolder("http"));
  const slow = fetch(`${host.url}/api/slow`).then((response) => response.text());
  await host.writes(/slow began/);

  const { code } = await host.end("SIGTERM");

  expect(await slow).toBe("slow but sure");
  expect(code).toBe(0);
  expect(host.output()).toContain("goodbye from the app");
});

test("a host whose supervisor is gone ends as well", async () => {
  const host = await runHost(appFolder("http"));

  const { code } = await host.abandon();

  expect(code).toBe(0);
  expect(host.output()).toContain("goodbye from the app");
});

test("--verbose also tells when an invocation began and ended", async () => {
  const host = await runHost(writeApp(oneFile(HELLO)), { args: ["--verbose"] });

  await fetch(`${host.url}/api/hello`);

  await host.writes(/debug \[hello\] Started .*debug \[hello\] Succeeded after \d+ ms/s);
  await host.end("SIGKILL");
});

describe("a log line is shown", () => {
  test.each<
    [
      Record<string, "debug" | "information" | "warning" | "error">,
      string,
      "debug" | "information" | "warning" | "error",
      boolean,
    ]
  >([
    [{}, "Function.a.User", "information", true],
    [{}, "Function.a.User", "debug", false],
    [{}, "Function.a", "information", false],
    [{}, "Host.Startup", "information", false],
    [{}, "Host.Startup", "warning", true],
    [{ default: "information" }, "Host.Startup", "information", false],
    [{ default: "error" }, "Host.Startup", "warning", false],
    [{ default: "warning" }, "Function.a.User", "information", false],
    [{ "Function.a": "debug" }, "Function.a.User", "debug", true],
    [{ "Function.a": "error", "Function.a.User": "debug" }, "Function.a.User", "debug", true],
    [{ Host: "information" }, "Host.Startup", "information", true],
  ])("%j %s %s: %s", (configured, category, level, expected) => {
    expect(levelFilter(configured, false)({ category, level, message: "" })).toBe(expected);
  });
});
