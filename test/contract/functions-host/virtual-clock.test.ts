import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shareTimeWith } from "../../../infra/local/functions-host/virtual-clock/others.ts";
import { listenOnLoopback } from "../../../infra/local/kit/listen.ts";
import { appFolder, newFolder, type RunningHost, refusedBy, runHost } from "./host.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

let host: RunningHost;
beforeAll(async () => {
  host = await runHost(appFolder("days"), { args: ["--virtual-clock"] });
});
afterAll(() => host.end("SIGKILL"));

interface Ask {
  runtimeStatus: string;
  output: unknown;
  lastUpdatedTime: string;
  reminded: string[];
}

const get = async <T>(path: string) => (await (await fetch(`${host.url}${path}`)).json()) as T;
const post = (path: string, body?: unknown) =>
  fetch(`${host.url}${path}`, { method: "POST", ...(body !== undefined && { body: JSON.stringify(body) }) });

const virtualNow = async (): Promise<number> =>
  Date.parse(((await (await host.admin("clock")).json()) as { now: string }).now);

async function advance(body: { advance: string } | { to: string }): Promise<{ now: string; woken: number }> {
  const response = await host.admin("clock", JSON.stringify(body));
  expect(response.status).toBe(200);
  return (await response.json()) as { now: string; woken: number };
}

describe("time that is put forward", () => {
  test("reminds daily for 30 days and lets the request expire", async () => {
    await post("/api/ask/quiet");

    const { woken } = await advance({ advance: "31.00:00:00" });

    const { reminded, ...status } = await get<Ask>("/api/ask/quiet");
    expect(status).toMatchObject({ runtimeStatus: "Completed", output: "expired" });
    expect(woken).toBeGreaterThanOrEqual(60);
    expect(reminded).toHaveLength(30);
    expect(gaps(reminded).filter((gap) => Math.abs(gap - DAY_MS) > MINUTE_MS)).toEqual([]);
  });

  test("stops on the way for an event that comes on day two and a half", async () => {
    await post("/api/ask/busy");
    await advance({ advance: "2.12:00:00" });
    const now = await virtualNow();

    await post("/api/ask/busy/decision", "approved");
    await advance({ advance: "00:00:01" });

    const { reminded, lastUpdatedTime, ...status } = await get<Ask>("/api/ask/busy");
    expect(status).toEqual({ runtimeStatus: "Completed", output: "approved" });
    expect(reminded).toHaveLength(2);
    expect(Math.abs(Date.parse(lastUpdatedTime) - now)).toBeLessThan(MINUTE_MS);
  });

  test("fires timer functions on every day that passes, at their time", async () => {
    const before = await get<string[]>("/api/mornings");

    await advance({ advance: "3.00:00:00" });

    const mornings = (await get<string[]>("/api/mornings")).slice(before.length);
    expect(mornings.map((at) => at.slice(11, 16))).toEqual(["06:00", "06:00", "06:00"]);
  });

  test("ends at the moment that was named", async () => {
    const target = new Date((await virtualNow()) + DAY_MS).toISOString();

    const { now } = await advance({ to: target });

    const late = Date.parse(now) - Date.parse(target);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(MINUTE_MS);
  });

  test("goes on from one advance to the next when two are asked for at once", async () => {
    const before = await virtualNow();

    await Promise.all([advance({ advance: "1.00:00:00" }), advance({ advance: "2.00:00:00" })]);

    const passed = (await virtualNow()) - before;
    expect(passed).toBeGreaterThanOrEqual(3 * DAY_MS);
    expect(passed).toBeLessThan(3 * DAY_MS + 60 * MINUTE_MS);
  });

  test("is what Date tells the app, in every way of asking", async () => {
    const before = await virtualNow();

    const dates = await get<{ now: number; constructed: number; called: number }>("/api/dates");

    const after = await virtualNow();
    for (const told of [dates.now, dates.constructed, dates.called + 999]) {
      expect(told).toBeGreaterThanOrEqual(before);
      expect(told).toBeLessThanOrEqual(after + 999);
    }
    expect(dates).toMatchObject({ given: "1970-01-01T00:00:00.000Z", parts: 2026, isDate: true });
  });

  test.each<[string, unknown]>([
    ["an empty object", {}],
    ["both ways at once", { advance: "1.00:00:00", to: "2099-01-01T00:00:00Z" }],
    ["a number", { advance: 7 }],
    ["no time span", { advance: "a week" }],
    ["a negative time span", { advance: "-1.00:00:00" }],
    ["more than ten years", { advance: "9999.00:00:00" }],
    ["a date far away", { to: "9999-01-01T00:00:00Z" }],
    ["a date without a zone", { to: "2099-01-01T00:00:00" }],
  ])("is not put forward by %s: 400 says how to", async (_what, body) => {
    const response = await host.admin("clock", JSON.stringify(body));

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: expect.stringContaining('{"advance":"7.00:00:00"}') });
  });

  test("does not go back", async () => {
    const response = await host.admin("clock", '{"to":"2020-01-01T00:00:00Z"}');

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: expect.stringContaining("time does not go back") });
  });
});

test("a host that is killed goes on in the time where it was, and no other time is allowed there", async () => {
  const dataDir = newFolder();
  const args = ["--virtual-clock"];
  const before = await runHost(appFolder("days"), { dataDir, args });
  await fetch(`${before.url}/api/ask/patient`, { method: "POST" });
  await before.admin("clock", '{"advance":"29.00:00:00"}');
  await before.end("SIGKILL");

  const refused = await refusedBy(appFolder("days"), { dataDir });
  const after = await runHost(appFolder("days"), { dataDir, args });
  await after.admin("clock", '{"advance":"1.00:01:00"}');
  const ask = await (await fetch(`${after.url}/api/ask/patient`)).json();
  await after.end("SIGKILL");

  expect(refused).toEqual({ code: 1, output: expect.stringContaining("was put forward") });
  expect(ask).toMatchObject({ runtimeStatus: "Completed", output: "expired" });
});

test("a host that asks for keys asks for the master key before it puts the time forward", async () => {
  const keyed = await runHost(appFolder("days"), { args: ["--virtual-clock", "--keys"] });

  const response = await fetch(`${keyed.url}/admin/clock`, {
    method: "POST",
    body: '{"advance":"1.00:00:00"}',
  });
  await keyed.end("SIGKILL");

  expect(response.status).toBe(401);
});

test("without --virtual-clock there is no clock to put forward, and the host says how to get one", async () => {
  const plain = await runHost(appFolder("days"));

  const response = await plain.admin("clock");
  await plain.end("SIGKILL");

  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: expect.stringContaining("--virtual-clock") });
});

describe("a host whose time others share", () => {
  interface Told {
    readonly aheadMs: number;
    readonly key: unknown;
    readonly hostAheadMs: number;
  }
  const told: Told[] = [];
  let isRefused = false;
  let sharing: RunningHost;
  const follower = createServer(async (request, response) => {
    const { aheadMs } = (await new Response(request as never).json()) as { aheadMs: number };
    const { aheadMs: hostAheadMs } = (await (await sharing.admin("clock")).json()) as { aheadMs: number };
    told.push({ aheadMs, key: request.headers["x-control-key"], hostAheadMs });
    response.writeHead(isRefused ? 504 : 204).end(isRefused ? "Event Grid delivers." : undefined);
  });

  beforeAll(async () => {
    const env = shareTimeWith(`http://127.0.0.1:${await listenOnLoopback(follower, 0)}/clock`, "secret");
    sharing = await runHost(appFolder("days"), { args: ["--virtual-clock"], env });
  });
  afterAll(async () => {
    await sharing.end("SIGKILL");
    follower.close();
  });

  test("tells them how far it goes before it goes there, step by step", async () => {
    await sharing.admin("clock", '{"advance":"2.00:00:00"}');

    expect(told.length).toBeGreaterThan(1);
    expect(told.map(({ key }) => key)).toEqual(told.map(() => "secret"));
    expect(told.map(({ hostAheadMs }) => hostAheadMs)).toEqual([
      0,
      ...told.slice(0, -1).map(({ aheadMs }) => aheadMs),
    ]);
  });

  test("stays where it is when they do not go along, and says why", async () => {
    isRefused = true;
    const before = told.at(-1)?.aheadMs;

    const response = await sharing.admin("clock", '{"advance":"1.00:00:00"}');

    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      message: "The stand-ins, which share this time, refuse: Event Grid delivers.",
    });
    expect(await (await sharing.admin("clock")).json()).toMatchObject({ aheadMs: before });
  });
});

test("answers are dated in the virtual time", async () => {
  const before = await virtualNow();

  const { headers } = await fetch(`${host.url}/api/mornings`);

  expect(Math.abs(Date.parse(headers.get("date") ?? "") - before)).toBeLessThan(MINUTE_MS);
});

function gaps(times: readonly string[]): number[] {
  const at = times.map((time) => Date.parse(time));
  return at.slice(1).map((time, index) => time - (at[index] ?? 0));
}
