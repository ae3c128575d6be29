import { describe, expect, test } from "vitest";
import { appFolder, HELLO, MAIN_CJS, oneFile, requires, runHost, writeApp } from "./host.ts";

test("host.json and local.settings.json are read as Core Tools read them, and unknown members pass", async () => {
  const files = {
    "package.json": MAIN_CJS,
    "main.cjs": requires(
      'const { TEXT, COUNT, ON, NONE } = process.env; app.get("hello", { handler: () => ({ jsonBody: { TEXT, COUNT, ON, NONE } }) });',
    ),
    "host.json": `{
      // The runtime's version.
      "version": "2.0", /* more
      of it */ "extensions": { "http": { "routePrefix": "", "hsts": { "isEnabled": true }, }, "queues": {} }
    }`,
    "local.settings.json": `{ "Values": { "COUNT": 5, "ON": true, "NONE": null,
      "TEXT": "http://kept // as it is,}" /* said */, // the last
    } }`,
  };
  const host = await runHost(writeApp(files));

  const response = await fetch(`${host.url}/hello`);

  await host.end("SIGKILL");
  expect(await response.json()).toEqual({ TEXT: "http://kept // as it is,}", COUNT: "5", ON: "true" });
});

test("a setting switches a function off, whatever it would need", async () => {
  const files = {
    ...oneFile(`${HELLO}
      app.get("off", { handler: () => ({}) });
      app.serviceBusQueue("queue", { queueName: "q", connection: "Absent", handler() {} });
      app.timer("timer", { schedule: "* * * * * *", handler: (_, context) => context.log("fired") });`),
    "local.settings.json": `{ "Values": { "AzureWebJobs.off.Disabled": "true", "AzureWebJobs.queue.Disabled": "1",
      "AzureWebJobs__timer__Disabled": "True", "AzureWebJobs.hello.Disabled": "false" } }`,
  };
  const host = await runHost(writeApp(files));

  const statuses = await Promise.all([
    fetch(`${host.url}/api/hello`),
    fetch(`${host.url}/api/off`),
    host.admin("functions/timer", "{}"),
    host.admin("functions/queue", "{}"),
  ]);

  await host.end("SIGTERM");
  expect(statuses.map(({ status }) => status)).toEqual([200, 404, 400, 400]);
  expect(host.output()).not.toContain("fired");
});

test("of two functions with one name the first answers, and an error names the place of the second", async () => {
  const host = await runHost(
    writeApp(
      oneFile(`${HELLO}
      app.get("Hello", { handler: () => ({ body: "second" }) });
      app.get("other", { handler: () => ({ body: "other" }) });`),
    ),
  );

  const answers = await Promise.all(
    ["hello", "other"].map(async (name) => (await fetch(`${host.url}/api/${name}`)).text()),
  );

  await host.end("SIGTERM");
  expect(answers).toEqual(["hi", "other"]);
  expect(host.output()).toMatch(
    /error \[host\] .*A second function is named "Hello" and is left out\. .*\n +at .*main\.cjs:\d+/,
  );
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
    [
      "from the index file and every file below a folder",
      {
        "package.json": '{ "main": "src/{index.js,functions/**/*.js}" }',
        "src/index.js": "globalThis.indexWasFirst = true;",
        "src/functions/a/hello.js": `if (!indexWasFirst) throw new Error("wrong order");\n${requires(HELLO)}`,
        "src/functions/b.js": requires('app.get("b", { handler: () => ({}) });'),
      },
    ],
    [
      "from TypeScript files, whose types are stripped",
      {
        "package.json": '{ "type": "module", "main": "src/*.ts" }',
        "src/hello.ts": `import { app } from "@azure/functions";\nconst body: string = "hi";\napp.http("hello", { handler: () => ({ body }) });`,
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

test("an app that ends the host is named as the one who did, with the place", async () => {
  const host = await runHost(
    writeApp(oneFile('app.get("fatal", { handler: () => process.exit(3) });\napp.get("b", () => ({}));')),
  );

  await fetch(`${host.url}/api/fatal`).catch(() => "the connection broke");
  const said = await host.writes(/The app ended this process[\s\S]*main\.cjs:\d+/);

  expect(said).toContain("process.exit(3)");
  expect(await host.ended).toBe(3);
});
