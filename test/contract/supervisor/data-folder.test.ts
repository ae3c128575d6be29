import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Endpoints } from "../../../infra/local/supervisor/endpoints.ts";
import { openSqliteStore } from "../../../shared/store/sqlite.ts";
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

/** What a stack left of which this process is the supervisor. */
const endpointsOf = (pid: number, address = "http://127.0.0.1:9"): Endpoints => ({
  app: address,
  arm: address,
  armCa: "ca.pem",
  armControl: { url: address, key: "" },
  serviceBus: "",
  queue: "",
  storage: null,
  entra: address,
  tenantId: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
  audience: "api://test",
  teams: { page: address, api: address },
  pids: { supervisor: pid, app: pid, cloud: pid },
});

/** A process that has ended. */
const aDeadPid = (): number => spawnSync(process.execPath, ["--version"]).pid;

const NPM_START: [string, string[]] = ["start.ts", START];
/** With which code a command ends that cannot do its work. For the policy's commands 1 is an answer. */
const failureOf = (command: string): number => (command === "cli/policy.ts" ? 2 : 1);

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
      code: failureOf(command),
      output: `Nothing runs on ${folder}. Start it with: npm start -- --data ${folder}\n`,
    });
  });
});

describe("policy, on the folder of a stack that has stopped,", { timeout: PATIENCE.timeout }, () => {
  const simulate = (...more: string[]): [string, string[]] => [
    "cli/policy.ts",
    ["simulate", POLICY, ...more],
  ];

  const POLICY = resolve(import.meta.dirname, "../../../policy.yaml");

  function anAuditStore(): string {
    const { folder, path } = aDataFolder("app/audit.sqlite", "");
    openSqliteStore(path).close();
    return folder;
  }

  test("finds its audit store, whatever AUDIT_STORE says", async () => {
    vi.stubEnv("AUDIT_STORE", "/nowhere.sqlite");
    onTestFinished(() => void vi.unstubAllEnvs());

    expect(await runOn(anAuditStore(), ...simulate("--against", "audit"))).toEqual({
      code: 0,
      output: "There are no recorded requests.\n",
    });
  });

  test("finds it when the stack was killed and its endpoints are left", async () => {
    const folder = anAuditStore();
    writeFileSync(join(folder, "endpoints.json"), JSON.stringify(endpointsOf(aDeadPid())));

    expect((await runOn(folder, ...simulate("--against", "audit"))).code).toBe(0);
  });

  test.each([["--against", "current"], ["--against=current"]])(
    "says how to start it for %s",
    async (...what) => {
      const folder = anAuditStore();

      expect(await runOn(folder, ...simulate(...what))).toEqual({
        code: 2,
        output: `Nothing runs on ${folder}. Start it with: npm start -- --data ${folder}\n`,
      });
    },
  );

  test("says how to start it when nothing was ever recorded there", async () => {
    const folder = aFolder();

    expect((await runOn(folder, ...simulate("--against", "audit"))).output).toBe(
      `Nothing runs on ${folder}. Start it with: npm start -- --data ${folder}\n`,
    );
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
    expect(code).toBe(failureOf(command));
    expect(readFileSync(path, "utf8")).toBe(HALF);
  });

  test.each([
    ["settings.json", "is half written", HALF],
    ["settings.json", "holds something else", '{"ports": {"app": 7071}}'],
    ["supervisor.lock", "is no database", NO_DATABASE],
    ["cloud/entra-key.json", "is half written", HALF],
    ["cloud/arm.sqlite", "is no database", NO_DATABASE],
    ["cloud/service-bus.sqlite", "is no database", NO_DATABASE],
    ["cloud/teams.sqlite", "is no database", NO_DATABASE],
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
    const { folder } = aDataFolder("endpoints.json", JSON.stringify(endpointsOf(process.pid, nowhere)));
    mkdirSync(join(folder, "app"));
    writeFileSync(join(folder, "app/keys.json"), '{"masterKey":"key"}');

    expect(await runOn(folder, command, args)).toEqual({
      code: 1,
      output: `${who} does not answer; the terminal of npm start says why.\n`,
    });
  },
);
