import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder, newFolder, type RunningHost, runHost } from "./host.ts";

describe("timer functions", () => {
  const dataDir = newFolder();
  /** Half a day from now, so that it is not due while tests run. */
  const DAILY = `0 0 ${(new Date().getUTCHours() + 12) % 24} * * *`;
  const start = () => runHost(appFolder("timer"), { dataDir, env: { SCHEDULE: "* * * * * *", DAILY } });
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
    const post = (name: string, body = "{}") => host.admin(`functions/${name}`, body);

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

describe("a timer function with a retry policy", () => {
  let host: RunningHost;

  beforeAll(async () => {
    host = await runHost(appFolder("retry"));
  });
  afterAll(() => host.end("SIGKILL"));

  const fire = (name: string) => host.admin(`functions/${name}`, "{}");

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
