import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder, PATIENCE_MS, type RunningHost, runHost } from "./host.ts";

let host: RunningHost;

beforeAll(async () => {
  host = await runHost(appFolder("streams"));
});
afterAll(() => host.end("SIGKILL"));

const get = (path: string) => fetch(`${host.url}/api/${path}`);

describe("an app that enables HTTP streams", () => {
  test("gets the whole request and answers as it would without them", async () => {
    const response = await fetch(`${host.url}/api/echo/J%C3%B6rg/deep/er?a=1&a=2,3`, {
      method: "POST",
      headers: { "X-Sent": "yes" },
      body: "text ü",
    });

    expect(response.status).toBe(201);
    expect(response.headers.get("x-method")).toBe("POST");
    expect(response.headers.getSetCookie()).toEqual(["theme=dark; Path=/"]);
    expect(response.headers.get("x-ms-invocation-id")).toBeNull();
    expect(await response.json()).toEqual({
      url: `${host.url}/api/echo/J%C3%B6rg/deep/er?a=1&a=2,3`,
      params: { a: "1,2,3", name: "Jörg", rest: "deep/er" },
      query: ["1", "2,3"],
      header: "yes",
      body: "text ü",
    });
  });

  test.each<[string, Record<string, string>]>([
    ["", {}],
    ["?b=x&c", { b: "x", c: "" }],
    ["?name=other&rest=", {}],
    ["?NAME=other", { NAME: "Jo" }],
    ["?b=1&B=2", { b: "1,2" }],
    ["?code=secret&Code=secret", {}],
    ["?query=all", { query: "all" }],
  ])("finds the query %s among the parameters of the route, which win", async (query, more) => {
    const { params } = (await (await get(`echo/Jo/x${query}`)).json()) as { params: unknown };

    const spelt = Object.keys(more).some((name) => name.toLowerCase() === "name") ? {} : { name: "Jo" };
    expect(params).toEqual({ ...spelt, rest: "x", ...more });
  });

  test("does not see its headers when the query has something of that name", async () => {
    const seen = async (query: string) =>
      (await fetch(`${host.url}/api/echo/Jo/x${query}`, { headers: { "x-sent": "yes" } })).json();

    expect(await seen("")).toMatchObject({ header: "yes" });
    expect(await seen("?headers=none")).toMatchObject({ header: null, params: { headers: "none" } });
    expect(await seen('?Headers={"x-sent":"no"}')).toMatchObject({ header: "no" });
  });

  test("reaches the client with the first part before it has made the second", async () => {
    const response = await get("parts");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();

    const first = await reader?.read();
    await get("more");
    const second = await reader?.read();
    const end = await reader?.read();

    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect([first?.value, second?.value, end?.done]).toEqual(["first ", "second", true]);
  });

  test("gets the first piece of a body before the second is sent, and need not wait for the rest", async () => {
    const answered = new Promise<string>((resolve, reject) => {
      const sent = request(`${host.url}/api/first`, { method: "POST" });
      sent.on("error", reject).on("response", async (response) => {
        resolve(Buffer.concat(await Array.fromAsync(response)).toString());
        sent.destroy();
      });
      sent.setTimeout(PATIENCE_MS / 4, () => sent.destroy(new Error("There is no answer.")));
      sent.write("a piece");
    });

    expect(await answered).toBe("first: a piece");
    expect(await (await fetch(`${host.url}/api/first`, { method: "POST" })).text()).toBe("nothing");
  });

  test("whose stream breaks breaks the connection, so that half an answer does not look whole", async () => {
    const response = await get("breaks");

    await get("more");

    await expect(response.text()).rejects.toThrow();
    await host.writes(/error \[breaks\].*the source dried up/);
  });

  test.each<[string, number]>([
    ["throws", 500],
    ["number", 500],
    ["status", 500],
    ["hangs", 500],
    ["nothing", 204],
  ])("whose function %s answers %i and goes on", async (name, status) => {
    const response = await get(name);

    expect({ status: response.status, body: await response.text() }).toEqual({ status, body: "" });
    expect((await get("more")).status).toBe(200);
  });
});
