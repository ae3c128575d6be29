import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { anUnusedPort, HELPERS, newFolder, PATIENCE, remove, run, START, until } from "./processes.ts";

/** A folder that a start has used, with one file in it that the test writes. */
function aDataFolder(file: string, content: string): { folder: string; path: string } {
  const folder = aFolder();
  const path = join(folder, file);
  writeFileSync(join(folder, "supervisor.lock"), "");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return { folder, path };
}

function aFolder(): string {
  const folder = newFolder();
  onTestFinished(() => remove(folder));
  return folder;
}

async function runOn(folder: string, command: string, args: readonly string[] = []) {
  const ran = run(command, [...args, "--data", folder]);
  onTestFinished(() => void ran.process.kill());
  return { code: await ran.ended, output: ran.output() };
}

const NPM_START: [string, string[]] = ["start.ts", START];
const EVERYTHING = [NPM_START, ...HELPERS];

describe("a --data that cannot be used is told in one sentence", { timeout: PATIENCE.timeout }, () => {
  test.each(EVERYTHING)("%s: it is a file", async (command, args) => {
    const { path } = aDataFolder("notes", "");

    expect(await runOn(path, command, args)).toEqual({
      code: 2,
      output: `--data must name a folder, and ${path} is none.\nTry --help.\n`,
    });
  });

  test("npm start: it is the folder of something else, which stays as it is", async () => {
    const folder = aFolder();
    const settings = join(folder, "settings.json");
    writeFileSync(settings, "somebody else's");

    expect(await runOn(folder, ...NPM_START)).toEqual({
      code: 2,
      output: `--data must name a new or an empty folder, and ${folder} holds other files.\nTry --help.\n`,
    });
    expect(readFileSync(settings, "utf8")).toBe("somebody else's");
  });

  test("npm start: no folder can be made there", async () => {
    const { path } = aDataFolder("notes", "");
    const folder = join(path, "data");

    expect(await runOn(folder, ...NPM_START)).toEqual({
      code: 1,
      output: `Cannot use ${folder}/supervisor.lock: not a directory.\n`,
    });
  });

  test.each(EVERYTHING.slice(1))("%s: nothing runs there", async (command, args) => {
    const folder = aFolder();

    expect(await runOn(folder, command, args)).toEqual({
      code: 1,
      output: `Nothing runs on ${folder}. Start it with: npm start -- --data ${folder}\n`,
    });
  });
});

describe("a damaged file is told in one sentence, with its path and what to do", {
  timeout: PATIENCE.timeout,
}, () => {
  const saidOf = (path: string) =>
    `${path} is damaged; move it away, and the next start makes a new one without what it held.\n`;
  const HALF = '{"app": "http://127.0.0.1';
  const NO_DATABASE = "no database ".repeat(1_000);

  test.each(EVERYTHING)("%s: endpoints.json is half written", async (command, args) => {
    const { folder, path } = aDataFolder("endpoints.json", HALF);

    const { code, output } = await runOn(folder, command, args);

    expect(output).toBe(saidOf(path));
    expect(code).toBe(1);
    expect(readFileSync(path, "utf8")).toBe(HALF);
  });

  test.each([
    ["settings.json", "is half written", HALF],
    ["settings.json", "holds something else", '{"ports": {"app": 7071}}'],
    ["supervisor.lock", "is no database", NO_DATABASE],
    ["cloud/entra-key.json", "is half written", HALF],
    ["cloud/arm.sqlite", "is no database", NO_DATABASE],
    ["cloud/service-bus.sqlite", "is no database", NO_DATABASE],
    ["app/functions-host.lock", "is no database", NO_DATABASE],
    ["app/functions-host.sqlite", "is no database", NO_DATABASE],
  ])("npm start: %s %s", async (file, _what, content) => {
    const { folder, path } = aDataFolder(file, content);

    const { code, output } = await runOn(folder, ...NPM_START);

    expect(output).toContain(saidOf(path));
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    expect(readFileSync(path, "utf8")).toBe(content);
  });

  test("npm start: a damaged certificate is made anew, since nothing else is lost with it", async () => {
    const { folder, path } = aDataFolder("tls/ca.pem", "no certificate");
    for (const file of ["server-key.pem", "server-cert.pem"])
      writeFileSync(join(folder, "tls", file), "none");

    const started = run("start.ts", [...START, "--data", folder]);
    await until(() => expect(started.output()).toContain("\nready http:"));
    started.process.kill("SIGINT");

    expect(await started.ended).toBe(0);
    expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });
});

test.each([
  ["cli/token.ts", ["ana"], "Entra"],
  ["cli/sweep.ts", [], "The app"],
])(
  "%s says in one sentence that what it needs is just restarting",
  {
    timeout: PATIENCE.timeout,
  },
  async (command, args, who) => {
    const nowhere = `http://127.0.0.1:${await anUnusedPort()}`;
    const endpoints = {
      app: nowhere,
      arm: nowhere,
      armCa: "ca.pem",
      armControl: { url: nowhere, key: "" },
      serviceBus: "",
      queue: "",
      entra: nowhere,
      tenantId: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
      audience: "api://test",
      pids: { supervisor: process.pid, app: process.pid, cloud: process.pid },
    };
    const { folder } = aDataFolder("endpoints.json", JSON.stringify(endpoints));

    expect(await runOn(folder, command, args)).toEqual({
      code: 1,
      output: `${who} does not answer; the terminal of npm start says why.\n`,
    });
  },
);
