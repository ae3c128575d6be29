import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder, type RunningHost, runHost } from "./host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(appFolder("hooks"));
});
afterAll(() => host.end("SIGKILL"));

const get = (name: string) => fetch(`${host.url}/api/${name}`);

describe("invocation hooks", () => {
  test("run one after the other, in the order of their registration, around the function", async () => {
    const response = await get("ordered");

    expect(await response.json()).toEqual(["pre one", "pre two", "handler", "post one", "post two"]);
  });

  test.each<[string, number, string]>([
    ["changed", 200, "another input"],
    ["replaced", 200, "by the hook"],
    ["forgiven", 200, "forgiven: a fault"],
    ["refused", 500, ""],
    ["spoilt", 500, ""],
  ])("decide over input, handler, result and error: %s is %i %s", async (name, status, body) => {
    const response = await get(name);

    expect({ status: response.status, body: await response.text() }).toEqual({ status, body });
  });

  test("that throw fail the invocation, and a preInvocation hook keeps the function from running", async () => {
    await get("refused");
    await get("spoilt");

    await host.writes(/error \[refused\].*not today/);
    await host.writes(/error \[spoilt\].*the hook spoilt it/);
    expect(host.output()).not.toContain("the handler ran");
  });
});

describe("log levels of host.json", () => {
  test.each<[string, string[]]>([
    ["chatty", ["trace", "debug", "info", "warn", "error"]],
    ["usual", ["info", "warn", "error"]],
    ["shy", ["error"]],
  ])("decide what %s may say: %j", async (name, levels) => {
    await get(name);

    await host.writes(new RegExp(`\\[${name}\\] at error`));
    const said = [...host.output().matchAll(new RegExp(`\\[${name}\\] at (\\w+)`, "g"))].map(
      ([, level]) => level,
    );
    expect(said).toEqual(levels);
  });
});
