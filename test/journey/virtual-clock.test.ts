import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { personToken } from "../../infra/local/world/tokens.ts";
import { apiOf } from "./kit/api.ts";
import { consumerOf } from "./kit/arm.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { runCommand } from "./kit/processes.ts";
import { ANSWERED, ASKED } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const HOUR_MS = 3_600_000;
/** Enough for a loaded machine, and nothing beside an advance. */
const SOON_MS = HOUR_MS / 4;

const POLICY = new URL("../../policy.yaml", import.meta.url).pathname;
// Nobody edits the policy, and nobody misses a notice: to look at both all day long would only take time.
const RARELY = { POLICY_SCHEDULE: "0 0 4 1 1 *", NOTICE_SCHEDULE: "0 0 * * * *" };
const stack = aStack({ POLICY, ...RARELY }, ["--virtual-clock"]);

// A kit keeps its tokens, which do not outlive an advance; so everybody signs in anew each time.
const api = () => apiOf(stack.endpoints);
const trail = async (name: string) => (await api().records(name)).map(({ kind }) => kind);
const trailBecomes = (name: string, kinds: readonly string[]) =>
  eventually(async () => expect(await trail(name)).toEqual(kinds));
const asks = async (name: string): Promise<void> => {
  await consumerOf(stack.endpoints).requests(name);
  await trailBecomes(name, ASKED);
};

async function clock(...args: readonly string[]): Promise<{ code: unknown; said: string }> {
  const command = runCommand("cli/clock.ts", [...args, "--data", stack.data]);
  return { code: await command.ended, said: command.output() };
}
const now = async (): Promise<number> => Date.parse((await clock()).said.split(",")[0] ?? "");
const advance = async (span: string): Promise<void> => {
  expect(await clock("advance", span)).toMatchObject({ code: 0 });
};

const tokenOf = (person: string) => personToken(stack.endpoints(), person, stack.endpoints().audience);
const listedWith = (token: string) =>
  api().send("/api/requests", { headers: { authorization: `Bearer ${token}` } });

describe("with a clock that can be put forward", { timeout: TIMEOUT_MS }, () => {
  test("after four hours people are reminded, when the deadline is over the request expires", async () => {
    await asks("pe-quiet");

    await advance("4h");
    const afterFourHours = await trail("pe-quiet");
    await advance("20h");

    expect(afterFourHours).toEqual([...ASKED, "reminded"]);
    const records = await api().records("pe-quiet");
    expect(records.map(({ kind }) => kind)).toEqual([...ASKED, ...Array(5).fill("reminded"), "expired"]);
    const [expired] = records.flatMap((record) => (record.kind === "expired" ? [record] : []));
    const lateMs = Date.parse(expired?.at ?? "") - Date.parse(expired?.deadline ?? "");
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(SOON_MS);
  });

  test("app, cloud and tokens have one time: an old token has expired, a new one is good for an hour", async () => {
    const old = await tokenOf("cy");

    await advance("2h");

    const late = await listedWith(old);
    const renewed = await tokenOf("cy");
    const good = await listedWith(renewed);
    await asks("pe-later");
    const [received] = await api().records("pe-later");
    const [seenByArm] = await stack.arm.requests("pe-later");
    const here = await now();
    expect([late.status, good.status]).toEqual([401, 200]);
    const times = {
      headers: Date.parse(good.headers.get("date") ?? ""),
      records: Date.parse(received?.at ?? ""),
      arm: Date.parse(seenByArm?.time ?? ""),
      tokens: (decodeJwt(renewed).exp ?? 0) * 1000 - HOUR_MS,
    };
    for (const [whose, time] of Object.entries(times))
      expect(Math.abs(here - time), whose).toBeLessThan(SOON_MS);
  });

  test("the time outlives Ctrl-C, and the death of either process", async () => {
    const aheadMs = (await now()) - Date.now();
    await stack.stop();
    await stack.start();
    await stack.kill("cloud");
    await stack.kill("app");

    await eventually(async () => expect((await clock()).code).toBe(0));

    expect((await now()) - Date.now()).toBeGreaterThanOrEqual(aheadMs - SOON_MS);
    await asks("pe-after-all");
    expect(await api().reviews("ana", "pe-after-all", "approve")).toMatchObject({ status: 200 });
    await trailBecomes("pe-after-all", [...ASKED, ...ANSWERED]);
  });

  test("when the app dies on the way that is told, and the next advance goes on from there", async () => {
    await asks("pe-interrupted");
    const before = await now();
    const way = clock("advance", "300d");
    await eventually(async () => expect((await now()) - before).toBeGreaterThan(HOUR_MS));
    await stack.kill("app");

    const { code, said } = await way;
    await eventually(async () => expect((await clock()).code).toBe(0));
    await advance("1d");

    expect(code).toBe(1);
    expect(said).toContain("The app does not answer; the terminal of npm start says why.");
    expect(await now()).toBeGreaterThan(before + 25 * HOUR_MS);
    // As if nobody had died: each reminder once, and then the end.
    expect(await trail("pe-interrupted")).toEqual([...ASKED, ...Array(5).fill("reminded"), "expired"]);
  });
});
