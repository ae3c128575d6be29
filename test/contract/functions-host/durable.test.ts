import { request } from "node:http";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder, newFolder, PATIENCE_MS, type RunningHost, runHost, writeApp } from "./host.ts";

const HUB = { HUB: "GreetingsHub" };

/** What the deployed app is: one CommonJS file in which only the host's own module is left to `require`. */
function bundled(): string {
  const { outputFiles } = buildSync({
    entryPoints: [`${appFolder("durable")}/functions/greet.ts`],
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["@azure/functions-core"],
    write: false,
  });
  return writeApp({
    "package.json": '{ "main": "dist/main.cjs" }',
    "host.json": '{ "version": "2.0", "extensions": { "durableTask": { "hubName": "%HUB%" } } }',
    "dist/main.cjs": outputFiles[0]?.text ?? "",
  });
}

interface Links {
  statusQueryGetUri: string;
  sendEventPostUri: string;
}

async function start(host: RunningHost, id: string, what = "greetings"): Promise<Links> {
  const response = await fetch(`${host.url}/api/${what}/${id}`, { method: "POST" });
  expect(response.status).toBe(202);
  return (await response.json()) as Links;
}

const sign = (host: RunningHost, id: string, mark: string) =>
  fetch(`${host.url}/api/greetings/${id}/sign`, { method: "POST", body: JSON.stringify(mark) });

async function completion({ statusQueryGetUri }: Pick<Links, "statusQueryGetUri">): Promise<unknown> {
  return expect
    .poll(async () => (await fetch(statusQueryGetUri)).json(), { timeout: PATIENCE_MS })
    .toMatchObject({ runtimeStatus: "Completed", output: ["Hello Ana!", "Hello Bo!"] });
}

describe.each([
  ["as source files", () => appFolder("durable")],
  ["as one bundle", bundled],
])("a durable app %s", (_name, folder) => {
  const dataDir = newFolder();
  const run = () => runHost(folder(), { dataDir, env: HUB });
  let host: RunningHost;

  beforeAll(async () => {
    host = await run();
  });
  afterAll(() => host.end("SIGKILL"));

  test("runs orchestrators and activities, and takes external events", async () => {
    const links = await start(host, "first");
    await host.writes(/\[greet\] greeting Bo for first/);

    await sign(host, "first", "!");

    await completion(links);
  });

  test("starts an orchestration from an activity that has the durable client among its inputs", async () => {
    const { statusQueryGetUri } = await start(host, "host", "invitations");
    await host.writes(/\[greet\] greeting Bo for host-greets/);

    await sign(host, "host-greets", "!");

    const statusQueryOf = (id: string) => statusQueryGetUri.replace("/instances/host", `/instances/${id}`);
    await completion({ statusQueryGetUri: statusQueryOf("host-greets") });
    await expect
      .poll(async () => (await fetch(statusQueryGetUri)).json(), { timeout: PATIENCE_MS })
      .toMatchObject({ runtimeStatus: "Completed", output: ["Ana", "Bo"] });
  });

  test("gives management links that lead back to this host, for those who hold the key", async () => {
    const { statusQueryGetUri } = await start(host, "linked");
    const withKey = new URL(statusQueryGetUri);
    const withoutKey = new URL(statusQueryGetUri);
    withoutKey.searchParams.delete("code");
    const withWrongKey = new URL(statusQueryGetUri);
    withWrongKey.searchParams.set("code", "wrong");

    const statuses = await Promise.all(
      [withKey, withoutKey, withWrongKey].map(async (url) => (await fetch(url)).status),
    );

    expect(withKey.origin).toBe(host.url);
    expect(withKey.searchParams.get("taskHub")).toBe("GreetingsHub");
    expect(statuses).toEqual([202, 401, 401]);
  });

  test("hears its own calls without a key, and none of a page in a browser", async () => {
    const listener = (await (await fetch(`${host.url}/api/listener`)).json()) as string;
    const call = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request(`${listener}instances/nobody/terminate?reason=x`, { method: "POST", headers });
        sent.on("error", reject).on("response", (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.end();
      });

    expect(await call({})).toBe(404);
    expect(await call({ origin: "https://evil.example" })).toBe(401);
    expect(await call({ origin: new URL(listener).origin, "sec-fetch-site": "same-origin" })).toBe(401);
    expect(await call({ host: "evil.example" })).toBe(401);
  });

  test("goes on after kill -9 where it was", async () => {
    const links = await start(host, "killed");
    await host.writes(/\[greet\] greeting Bo for killed/);
    const accepted = await sign(host, "killed", "!");
    await host.end("SIGKILL");

    host = await run();

    expect(accepted.status).toBe(202);
    const { port } = new URL(host.url);
    await completion({ ...links, statusQueryGetUri: links.statusQueryGetUri.replace(/:\d+/, `:${port}`) });
  });
});
