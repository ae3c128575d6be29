import { existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { INBOX_CLIENT, MANAGED_IDENTITY, PLATFORM_DEPLOYER } from "../../../infra/local/entra/directory.ts";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { trustAuthority } from "../../../infra/local/kit/trust.ts";
import { pauseBeforeRestart } from "../../../infra/local/supervisor/child.ts";
import { isAlive } from "../../../infra/local/supervisor/endpoints.ts";
import { parseArmRate, parsePort } from "../../../infra/local/supervisor/options.ts";
import { ONE_MORE_REQUEST } from "../../../infra/local/world/sample.ts";
import { appToken } from "../../../infra/local/world/tokens.ts";
import {
  APP,
  BROKEN_APP,
  endpointsFile,
  endpointsIn,
  newFolder,
  PATIENCE,
  type RunningStack,
  remove,
  run,
  runInShell,
  START,
  startStack,
  stop,
  until,
} from "./processes.ts";

const TIMEOUT_MS = PATIENCE.timeout * 2;

/** What the test's app tells of the process that it runs in. */
interface AppProcess {
  pid: number;
  hostOptions: string[];
  settings: Record<string, string>;
}

async function settingsOfApp(stack: RunningStack): Promise<AppProcess> {
  const response = await fetch(`${stack.endpoints().app}/api/settings`);
  return (await response.json()) as AppProcess;
}

/** What ARM answers to a list of clusters; 200 says that it trusts the token and the certificate is good. */
async function armStatus(stack: RunningStack, token: string): Promise<number> {
  const { arm } = stack.endpoints();
  const path =
    "/subscriptions/5d0d3c54-0c33-4a4c-a4c3-6c3d5c4f2a10/providers/Microsoft.ContainerService/managedClusters";
  const response = await fetch(`${arm}${path}?api-version=2026-01-01`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  return response.status;
}

/** Everything there is in ARM. */
async function stateOfArm(stack: RunningStack): Promise<Record<string, unknown[]>> {
  const { url, key } = stack.endpoints().armControl;
  const response = await fetch(`${url}/state`, { headers: { "x-control-key": key } });
  return (await response.json()) as Record<string, unknown[]>;
}

describe("a running stack", { timeout: TIMEOUT_MS }, () => {
  let folder: string;
  let stack: RunningStack;

  beforeAll(async () => {
    folder = newFolder();
    stack = await startStack(folder);
    trustAuthority(stack.endpoints().armCa);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await stop(stack);
    remove(folder);
  }, TIMEOUT_MS);

  test("is ready only when endpoints.json tells where everything is, to its owner alone", async () => {
    const endpoints = stack.endpoints();

    expect(stack.output()).toContain(`ready ${endpoints.app}\n`);
    expect(statSync(endpointsFile(folder)).mode & 0o777).toBe(0o600);
    expect(endpoints).toMatchObject({
      app: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      arm: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      serviceBus: expect.stringMatching(/^Endpoint=sb:\/\/127\.0\.0\.1:\d+;.*UseDevelopmentEmulator=true$/),
      queue: "private-endpoint-hints",
      tenantId: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
      audience: "7c9e2a54-0d1b-4f6a-8e37-3b5d9f1c6a20",
      pids: { supervisor: stack.process.pid },
    });
    expect((await settingsOfApp(stack)).pid).toBe(endpoints.pids.app);
  });

  test("hands the app its settings, and of the user's environment only what is meant for it", async () => {
    const { settings } = await settingsOfApp(stack);

    const { arm, armCa, app, entra, tenantId, serviceBus } = stack.endpoints();
    expect(settings).toMatchObject({
      ServiceBus: serviceBus,
      ARM_ENDPOINT: arm,
      NODE_EXTRA_CA_CERTS: armCa,
      SIGN_IN_ISSUER: `${entra}/${tenantId}/v2.0`,
      INBOX_CLIENT_ID: INBOX_CLIENT.clientId,
      PUBLIC_URL: app,
      // Its own, whatever the user's shell has.
      AZURE_CLIENT_ID: MANAGED_IDENTITY.clientId,
      SWEEP_SCHEDULE: "0 0 4 * * *",
    });
  });

  test("gives demo people tokens for all that the API offers, or for what is named, and for nothing else", async () => {
    const tokenFor = async (...scopes: readonly string[]) => {
      const { ended, output } = run("cli/token.ts", ["ana", "--data", folder, ...scopes]);
      return { code: await ended, output: output().trim() };
    };

    const [all, less, wrong] = [
      await tokenFor(),
      await tokenFor("--scope", "Approvals.Read"),
      await tokenFor("--scope", "x"),
    ];

    expect(decodeJwt(all.output)).toMatchObject({
      aud: stack.endpoints().audience,
      scp: "Approvals.Read Approvals.ReadWrite",
    });
    expect(decodeJwt(less.output).scp).toBe("Approvals.Read");
    expect(wrong).toEqual({
      code: 1,
      output: expect.stringContaining("asked for scope 'x' that doesn't exist"),
    });
  });

  test("lets a sign-in end at the app's own inbox, and nowhere else", async () => {
    const { app, entra, tenantId } = stack.endpoints();
    const signIn = (redirect_uri: string) => {
      const query = new URLSearchParams({ client_id: INBOX_CLIENT.clientId, redirect_uri, prompt: "none" });
      return fetch(`${entra}/${tenantId}/oauth2/v2.0/authorize?${query}`, { redirect: "manual" });
    };

    const byName = app.replace("127.0.0.1", "localhost");
    for (const inbox of [`${app}/inbox/`, `${byName}/inbox/`])
      expect((await signIn(inbox)).headers.get("location")).toMatch(new RegExp(`^${inbox}\\?error=`));

    const elsewhere = await signIn(`${app}/elsewhere/`);
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.text()).toContain("AADSTS50011");
  });

  test("starts the app again when it is killed, at the same address", async () => {
    const before = stack.endpoints();

    process.kill(before.pids.app, "SIGKILL");
    await until(() => expect(stack.endpoints().pids.app).not.toBe(before.pids.app));

    expect(stack.endpoints()).toEqual({
      ...before,
      pids: { ...before.pids, app: stack.endpoints().pids.app },
    });
    expect((await settingsOfApp(stack)).pid).toBe(stack.endpoints().pids.app);
    expect(stack.output()).toContain("the app ended (SIGKILL); starting again\n");
  });

  test("starts the stand-ins again when they are killed, and yesterday's tokens are still good", async () => {
    const before = stack.endpoints();
    const token = await appToken(before, PLATFORM_DEPLOYER);
    expect(await armStatus(stack, token)).toBe(200);

    process.kill(before.pids.cloud, "SIGKILL");
    await until(() => expect(stack.endpoints().pids.cloud).not.toBe(before.pids.cloud));

    expect(await until(() => armStatus(stack, token))).toBe(200);
    expect(isAlive(before.pids.app)).toBe(true);
  });

  test("refuses a second start on its folder, and runs on", async () => {
    const second = run("start.ts", ["--data", folder, "--port", "0", "--app", APP]);

    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/^Another npm start is running on .*--data DIR\.\n$/);
    expect(isAlive(stack.endpoints().pids.app)).toBe(true);
  });

  describe("the helper commands", () => {
    const command = async (file: string, ...args: string[]) => {
      const ran = run(`cli/${file}.ts`, [...args, "--data", folder]);
      return { code: await ran.ended, output: ran.output() };
    };
    const consumer = ["--subscription", "3e9e0d50-1ff8-4789-acc6-7d571bd52f17", "--name", "pe-1"];

    test("request says so when there is no cluster yet", async () => {
      const { code, output } = await command("request", "--cluster", "aks-1", ...consumer);

      expect(code).toBe(1);
      expect(output).toBe(
        `The provider has no clusters yet. Create one with: npm run cluster -- --name NAME --data ${folder}\n`,
      );
    });

    test("cluster creates one, request connects to it, and an unknown name is answered with the known ones", async () => {
      const created = await command("cluster", "--name", "aks-1", "--tag", "env=prod", "--tag", "owner=web");
      const asked = await command("request", "--cluster", "AKS-1", "--message", "CHG1, see #7?", ...consumer);
      const lost = await command("request", "--cluster", "aks-2", ...consumer);

      expect(created).toMatchObject({ code: 0, output: expect.stringMatching(/managedClusters\/aks-1\n$/) });
      expect(asked).toMatchObject({ code: 0, output: expect.stringContaining("/privateEndpoints/pe-1\n") });
      expect(lost).toEqual({
        code: 1,
        output: 'There is no cluster "aks-2" among aks-1; did you mean aks-1?\n',
      });
    });

    test("cluster takes the tags of none that is there, unless told to", async () => {
      const create = (...args: string[]) => command("cluster", "--name", "aks-tagged", ...args);
      await create("--tag", "env=prod");

      const again = await command("cluster", "--name", "AKS-tagged", "--tag", "env=dev");
      const elsewhere = await create("--resource-group", "rg-other", "--tag", "env=dev");
      const replaced = await create("--tag", "env=dev", "--replace");

      expect(again).toEqual({
        code: 1,
        output:
          'There is a cluster "AKS-tagged" in rg-aks already. With --replace it gets these tags instead of its own.\n',
      });
      expect([elsewhere.code, replaced.code]).toEqual([0, 0]);
    });

    test("request says who creates the endpoint, and what Azure knows of the subscription; what it leaves out stays", async () => {
      const id = "7c1f2a64-9a0b-4e0e-8d6c-2f5b7a9e4d11";
      const tenantId = "44444444-4444-4444-8444-444444444444";
      const request = (...args: string[]) =>
        command("request", "--cluster", "aks-1", "--subscription", id, "--name", "pe-2", ...args);
      await command("cluster", "--name", "aks-1", "--replace");

      const groups = ["--management-group", "mg-a", "--management-group", "mg-b"];
      const first = await request("--requester", "ana", "--tag", "env=prod", ...groups);
      const second = await request("--tag", "env=test", "--tag", "a=b", "--tenant", tenantId);

      expect([first.code, second.code]).toEqual([0, 0]);
      const { subscriptions, changes } = await stateOfArm(stack);
      expect(subscriptions).toEqual([
        {
          id,
          displayName: id,
          tags: { env: "test", a: "b" },
          tenantId,
          managementGroups: ["mg-a", "mg-b"],
        },
      ]);
      expect(changes).toContainEqual({
        endpointId: expect.stringContaining("/privateEndpoints/pe-2"),
        changes: [
          expect.objectContaining({
            type: "Create",
            by: "ana@contoso.example",
            claims: expect.objectContaining({
              "http://schemas.microsoft.com/identity/claims/objectidentifier":
                "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
            }),
          }),
        ],
      });
    });

    test("token prints a token and nothing else", async () => {
      const { code, output } = await command("token", "ana");

      expect(code).toBe(0);
      expect(output).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    });

    test("policy has the settings of the stack's app", async () => {
      const { output } = await command("policy", "simulate", "policy.yaml", "--against", "audit");

      // This app keeps no audit trail, so the place where it would be is all that there is to see.
      expect(output).toContain(join(folder, "app/audit.sqlite"));
    });

    test("policy without a folder after --data is wrong usage", async () => {
      const ran = run("cli/policy.ts", ["check", "policy.yaml", "--data"]);

      expect(await ran.ended).toBe(2);
      expect(ran.output()).toBe("--data needs a value.\nTry --help.\n");
    });

    test("request takes the options that npm start prints", async () => {
      await command("cluster", "--name", "aks-payments-prod");

      const { code, output } = await command("request", ...ONE_MORE_REQUEST.split(" "));

      expect(output).toMatch(/\/privateEndpoints\/pe-data-report\nasks to connect to\n/);
      expect(code).toBe(0);
    });

    test("sweep runs the app's timer", async () => {
      const { code } = await command("sweep");

      expect(code).toBe(0);
      await until(() => expect(stack.output()).toContain("swept"));
    });

    test.each<[string, string[], RegExp]>([
      ["request", [], /^--cluster is missing\.\nTry --help\.\n$/],
      [
        "request",
        ["--cluster", "a", "--subscription", "x", "--name", "b"],
        /^--subscription must be a GUID, not "x"\./,
      ],
      [
        "request",
        ["--cluster", "a", ...consumer, "--tenant", "contoso"],
        /^--tenant must be a GUID, not "contoso"\./,
      ],
      ["request", ["--cluster", "a", ...consumer, "--tag", "=x"], /^--tag must be KEY=VALUE, not "=x"\./],
      [
        "request",
        ["--cluster", "a", ...consumer, "--requester", "anna"],
        /^--requester must be one of ana, bo, cy, di, ed, fay, gus, .* not "anna"; did you mean ana\?/,
      ],
      ["cluster", ["--name", "a", "--tag", "x"], /^--tag must be KEY=VALUE, not "x"\./],
      ["cluster", ["--nme", "a"], /^There is no option --nme; did you mean --name\?\nTry --help\.\n$/],
      [
        "token",
        [],
        /^Name one person or app: ana, bo, cy, di, ed, fay, gus, release-pipeline, response-flow\.\n/,
      ],
      [
        "token",
        ["mallory"],
        /^There is no "mallory" among ana, bo, cy, di, ed, fay, gus, release-pipeline, response-flow\.\n/,
      ],
      [
        "token",
        ["anna"],
        /^There is no "anna" among ana, bo, cy, di, ed, fay, gus, release-pipeline, response-flow; did you mean ana\?\n/,
      ],
      ["clock", ["back", "4h"], /^Say nothing, or advance SPAN\.\n/],
      ["clock", ["advance"], /^advance wants a span such as 90s, .* not ""\.\n/],
      ["clock", ["advance", "4 h"], /^advance wants a span .* not "4 h"\.\n/],
      ["clock", ["advance", "1h30"], /^advance wants a span .* not "1h30"\.\n/],
      ["clock", ["advance", "0h"], /^advance wants a span .* not "0h"\.\n/],
      ["sweep", ["now"], /^"now" belongs to no option; npm hands options on only after "--"\.\n/],
    ])("%s %j is wrong usage", async (file, args, complaint) => {
      const { code, output } = await command(file, ...args);

      expect(output).toMatch(complaint);
      expect(code).toBe(2);
    });
  });
});

describe("stopping and starting", { timeout: TIMEOUT_MS }, () => {
  let folder: string;
  const running: RunningStack[] = [];

  const start = async (...args: string[]) => {
    const stack = await startStack(folder, args);
    running.push(stack);
    return stack;
  };

  beforeEach(() => {
    folder = newFolder();
  });

  afterEach(async () => {
    for (const stack of running.splice(0)) await stop(stack);
    remove(folder);
  }, TIMEOUT_MS);

  test("Ctrl-C stops the app, then the stand-ins, and ends with 0; the next start is at the same addresses", async () => {
    const stack = await start();
    const before = stack.endpoints();

    expect(await stop(stack)).toBe(0);

    expect(stack.output()).toMatch(/stopping\nstopping while Entra answers 200\n$/);
    expect(existsSync(endpointsFile(folder))).toBe(false);
    expect([before.pids.app, before.pids.cloud].filter(isAlive)).toEqual([]);
    const { pids: _pids, ...addresses } = (await start()).endpoints();
    expect(before).toMatchObject(addresses);
  });

  test("a polite end of npm, which npm hands to its shell alone, stops the app and the stand-ins", async () => {
    const shell = runInShell("start.ts", ["--data", folder, ...START]);
    await until(() => expect(shell.output()).toMatch(/^ready http:/m));
    const { pids } = endpointsIn(folder);

    shell.process.kill("SIGTERM");

    await shell.ended;
    expect(shell.output()).toMatch(/stopping\nstopping while Entra answers 200\n$/);
    await until(() => expect(Object.values(pids).filter(isAlive)).toEqual([]));
  });

  test("a folder that was begun with --empty stays empty, also without it", async () => {
    await stop(await start());

    const again = run("start.ts", ["--data", folder, "--port", "0", "--app", APP]);
    await until(() => expect(again.output()).toMatch(/^ready http:/m));
    await stop(again);

    expect(again.output()).not.toContain("playing the sample world");
  });

  test("when the supervisor is killed everything dies with it, and the next start takes over", async () => {
    const stack = await start();
    const { pids } = stack.endpoints();

    const said = stack.output();
    stack.process.kill("SIGKILL");
    const next = await start();

    expect([pids.app, pids.cloud].filter(isAlive)).toEqual([]);
    expect(stack.output()).toBe(said);
    expect((await settingsOfApp(next)).pid).toBe(next.endpoints().pids.app);
  });

  test("the app's host is told of --chaos and --strict", async () => {
    const stack = await start("--chaos", "7", "--strict");

    const { hostOptions } = await settingsOfApp(stack);

    expect(hostOptions.join(" ")).toContain("--chaos 7 --strict");
  });

  test("time that was put forward is kept by the next start, which need not ask for it", async () => {
    const stack = await start("--virtual-clock");
    const advanced = run("cli/clock.ts", ["advance", "1h30m", "--data", folder]);
    expect(await advanced.ended).toBe(0);
    await stop(stack);

    await start();
    const told = run("cli/clock.ts", ["--data", folder]);

    expect(await told.ended).toBe(0);
    expect(told.output()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z, 1\.5 h ahead of this machine\n$/);
  });

  test("a stack with the machine's time says how to get one whose time can be put forward", async () => {
    await start();

    const refused = run("cli/clock.ts", ["advance", "4h", "--data", folder]);

    expect(await refused.ended).toBe(1);
    expect(refused.output()).toBe(
      `The time here is the machine's. Stop it, and start it with: npm start -- --data ${folder} --virtual-clock\n`,
    );
  });

  test("ARM throttles as told", async () => {
    const stack = await start("--arm-rate", "2/1");
    trustAuthority(stack.endpoints().armCa);
    const token = await appToken(stack.endpoints(), PLATFORM_DEPLOYER);

    expect(await armStatus(stack, token)).toBe(200);
    // A slow machine gives the bucket time to refill.
    await until(async () => {
      const statuses = await Promise.all(Array.from({ length: 10 }, () => armStatus(stack, token)));
      expect(statuses).toContain(429);
    });
  });

  test("an app that cannot start says why in its own words, and nothing stays behind", async () => {
    const broken = run("start.ts", ["--data", folder, "--port", "0", "--app", BROKEN_APP]);

    expect(await broken.ended).toBe(1);
    expect(broken.output()).toContain(
      "policy.yaml cannot be used:\n  line 3: there is no such rule\n  line 9: a name is missing\n",
    );
    expect(broken.output()).toMatch(/the app did not start \(exit code 1\)\.\n$/);
    expect(existsSync(endpointsFile(folder))).toBe(false);
  });

  test("a taken port is told plainly", async () => {
    const occupant = createServer();
    const port = await listenOnLoopback(occupant, 0);

    const refused = run("start.ts", ["--data", folder, "--port", String(port), "--app", APP]);

    expect(await refused.ended).toBe(1);
    expect(refused.output()).toBe(
      `Port ${port} is taken. Give the app another one with --port N, or any free one with --port 0.\n`,
    );
    occupant.close();
  });
});

test.each(["start", "cli/request", "cli/token", "cli/sweep", "cli/cluster", "cli/clock"])(
  "%s explains itself",
  async (file) => {
    const ran = run(`${file}.ts`, ["--help"]);

    expect(await ran.ended).toBe(0);
    expect(ran.output()).toMatch(/^[A-Z].*\n\nUsage: npm /);
  },
  PATIENCE.timeout,
);

test("an app that keeps dying before it is ready waits longer each time, up to five seconds", () => {
  expect([0, 1, 2, 3, 6, 7, 50].map(pauseBeforeRestart)).toEqual([0, 100, 200, 400, 3200, 5000, 5000]);
});

test.each(["", "x", "1", "0/5", "5/0", "-1/2", "1/2/3"])("--arm-rate %j is wrong usage", (text) => {
  expect(() => parseArmRate(text)).toThrow("--arm-rate must be BURST/PER_SECOND");
});

test.each(["", " ", "x", "-1", "65536", "1.5"])("--port %j is wrong usage", (text) => {
  expect(() => parsePort(text)).toThrow("--port must be a number");
});
