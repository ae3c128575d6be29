import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryPolicy } from "../../../infra/local/functions-host/retry.ts";
import { parseSchedule } from "../../../infra/local/functions-host/timer/schedule.ts";
import { appFolder, newFolder, type RunningHost, runHost } from "./host.ts";

describe("a schedule in UTC", () => {
  test.each<[string, string, string | null]>([
    ["* * * * * *", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:01.000Z"],
    ["* * * * * *", "2026-11-22T10:00:00.999Z", "2026-11-22T10:00:01.000Z"],
    ["0 */5 * * * *", "2026-11-22T10:00:00.000Z", "2026-11-22T10:05:00.000Z"],
    ["*/5 * * * *", "2026-11-22T10:02:31.000Z", "2026-11-22T10:05:00.000Z"],
    ["30 5-7 * * * *", "2026-11-22T10:07:30.000Z", "2026-11-22T11:05:30.000Z"],
    ["0 30 9 * * 1-5", "2026-11-20T09:30:00.000Z", "2026-11-23T09:30:00.000Z"],
    ["0 30 9 * Jan Mon", "2026-11-20T09:30:00.000Z", "2027-01-04T09:30:00.000Z"],
    ["0 0 0 13 * Friday", "2026-11-14T00:00:00.000Z", "2027-08-13T00:00:00.000Z"],
    ["0 0 0 29 2 *", "2026-11-22T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["0 0 12 31 * *", "2026-11-22T00:00:00.000Z", "2026-12-31T12:00:00.000Z"],
    ["10,20 0 0 * * *", "2026-12-31T00:00:20.000Z", "2027-01-01T00:00:10.000Z"],
    ["0 0 0 30 2 *", "2026-11-22T00:00:00.000Z", null],
    ["00:00:30", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:30.000Z"],
    ["1.00:00:00", "2026-11-22T10:00:00.000Z", "2026-11-23T10:00:00.000Z"],
  ])("%s after %s is %s", (text, after, expected) => {
    const next = parseSchedule(text).next(new Date(after));

    expect(next?.toISOString() ?? null).toBe(expected);
  });

  test.each<[string, string]>([
    ["* * *", "five or six fields"],
    ["60 * * * * *", '"60" is no second (0 to 59)'],
    ["0 0 0 0 * *", '"0" is no day (1 to 31)'],
    ["0 0 0 * * 7", '"7" is no day of week (0 to 6)'],
    ["0 5-1 * * * *", "empty range"],
    ["0 */0 * * * *", "empty range"],
    ["0 x * * * *", '"x" is no minute'],
    ["00:00:00", "longer than zero"],
  ])("%s is refused: %s", (text, problem) => {
    expect(() => parseSchedule(text)).toThrow(problem);
  });
});

describe("timer functions", () => {
  const dataDir = newFolder();
  const start = () => runHost(appFolder("timer"), { dataDir, env: { SCHEDULE: "* * * * * *" } });
  let host: RunningHost;

  beforeAll(async () => {
    host = await start();
  });
  afterAll(() => host.end("SIGKILL"));

  test("fire when they are due, and their schedule may come from a setting", async () => {
    await host.writes(/\[everySecond\] on time last,lastUpdated,next\n.*\[everySecond\] on time/s);
    await host.writes(/\[bySetting\] on time/);

    expect(host.output()).not.toContain("[daily]");
  });

  test("fire at start when they ask for it", async () => {
    await host.writes(/\[onStartup\] on time/);

    expect(host.output()).not.toContain("past due");
  });

  test("never overlap", async () => {
    await host.writes(/(\[slow\] running 1\n.*){2}/s);

    expect(host.output()).not.toContain("running 2");
  });

  test("fire by hand through the admin API; nothing else does", async () => {
    const post = (name: string, body = "{}") =>
      fetch(`${host.url}/admin/functions/${name}`, { method: "POST", body });

    const statuses = await Promise.all(
      [post("DAILY"), post("nobody"), post("daily", "")].map(async (answer) => (await answer).status),
    );

    expect(statuses).toEqual([202, 404, 400]);
    await host.writes(/\[daily\] on time/);
  });

  test("fire once at start when they were due while the host was down", async () => {
    await host.writes(/\[daily\] on time/);
    await host.end("SIGTERM");
    const yesterday = Date.now() - 86_400_000;
    const database = new DatabaseSync(join(dataDir, "functions-host.sqlite"));
    database.prepare("UPDATE timer SET last = ?, updated = ? WHERE name = 'daily'").run(yesterday, yesterday);
    database.close();

    host = await start();

    await host.writes(/\[daily\] past due/);
    await host.writes(/(\[everySecond\] on time.*){2}/s);
    expect(host.output().match(/\[daily\]/g)).toHaveLength(1);
  });
});

describe("a retry policy", () => {
  const policyOf = (retryOptions: object) =>
    retryPolicy({ name: "t", metadata: { name: "t", bindings: {}, retryOptions } } as never);
  const seconds = (value: number) => ({ seconds: value });

  test("of a fixed delay always waits the same time", () => {
    const policy = policyOf({ strategy: "fixedDelay", maxRetryCount: 3, delayInterval: seconds(10) });

    expect([1, 2, 3].map((retry) => policy?.delayBefore(retry))).toEqual([10_000, 10_000, 10_000]);
  });

  test("of exponential backoff waits twice as long each time, within its limits", () => {
    const policy = policyOf({
      strategy: "exponentialBackoff",
      maxRetryCount: -1,
      minimumInterval: seconds(5),
      maximumInterval: seconds(30),
    });

    expect([1, 2, 3, 4, 5].map((retry) => policy?.delayBefore(retry))).toEqual([
      5_000, 10_000, 20_000, 30_000, 30_000,
    ]);
  });
});

describe("a timer function with a retry policy", () => {
  let host: RunningHost;

  beforeAll(async () => {
    host = await runHost(appFolder("retry"));
  });
  afterAll(() => host.end("SIGKILL"));

  const fire = (name: string) => fetch(`${host.url}/admin/functions/${name}`, { method: "POST", body: "{}" });

  test("is tried again until it succeeds, and told how often it has failed and why", async () => {
    await fire("flaky");

    await host.writes(
      /attempt undefined\n(?:.*\n)*?.*attempt 1 of 5 after "no 0"\n(?:.*\n)*?.*attempt 2 of 5 after "no 1"\n(?:.*\n)*?.*\[flaky\] done/,
    );
  });

  test("is given up after as many retries as it allows", async () => {
    await fire("hopeless");

    await host.writes(/\[hopeless\] attempt 2 of 2/);
    await fire("flaky");
    await host.writes(/(\[flaky\] done(.|\n)*){2}/);
    expect(host.output().match(/\[hopeless\] attempt/g)).toHaveLength(3);
  });

  test("without a limit is tried for ever", async () => {
    await fire("stubborn");

    await host.writes(/\[stubborn\] attempt 20 of -1/);
  });

  test("keeps nobody from ending the host while it waits for its next attempt", async () => {
    await fire("patient");
    await host.writes(/\[patient\] attempt undefined/);

    const { code } = await host.end("SIGTERM");

    expect(code).toBe(0);
    expect(host.output()).toMatch(
      /warn {2}\[host\] event: its retry policy does nothing, as in Azure, which has none for eventGridTrigger\./,
    );
  });
});
