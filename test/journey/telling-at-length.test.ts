import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { randomFrom } from "../crash/random.ts";
import { aHook } from "./kit/hook.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { ASKS_IN_TEAMS, teamsOf } from "./kit/teams.ts";
import { aStack } from "./stack.ts";

const REQUESTS = 12;
const KILLS = 6;
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [50, 900];
/** What happens to a request that one person answers, as other systems hear of it. */
const OCCASIONS = ["received", "asked", "reviewed", "decided", "closed"];
const seed = Math.floor(Math.random() * 1_000_000);

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_IN_TEAMS);
const hook = await aHook("everything");
const stack = aStack({
  POLICY_FILE: policy,
  NOTICE_SCHEDULE: "*/2 * * * * *",
  SWEEP_SCHEDULE: "*/5 * * * * *",
  ...hook.settings,
});
const { cards } = teamsOf(stack.endpoints);

const names = Array.from({ length: REQUESTS }, (_, n) => `pe-told-${n}`);

/** Bo answers whatever waits, again and again, since the app may be gone at any moment. */
async function answerAll(): Promise<void> {
  await eventually(async () => {
    for (const name of names) {
      const { state } = await stack.api.request(name);
      if (state === "waiting") await stack.api.reviews("bo", name, "approve");
      expect(state).toBe("closed");
    }
  });
}

async function killAtRandom(): Promise<void> {
  const random = randomFrom(seed);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
    await stack.kill("app");
  }
}

test(`killed with -9 at random, seed ${seed}, the app tells of each occasion under one id, and a card is repeated only by a kill`, {
  timeout: 3 * TIMEOUT_MS,
}, async () => {
  await Promise.all([
    killAtRandom(),
    Promise.all(names.map((name) => stack.consumer.requests(name))).then(answerAll),
  ]);

  const requests = await Promise.all(names.map((name) => stack.api.request(name)));
  const heardOf = (id: string) => hook.heard.filter((event) => event.id.startsWith(`${id}:`));
  for (const { id } of requests)
    await eventually(() => {
      const byId = new Map(heardOf(id).map((event) => [event.id, event.type.split(".").at(-2)]));
      expect([...byId.values()].toSorted()).toEqual(OCCASIONS.toSorted());
    });
  await eventually(async () => {
    const posted = await cards();
    const newest = requests.map(({ id }) => posted.find(({ link }) => link?.includes(id))?.headline);
    expect(newest).toEqual(requests.map(() => "Closed: Approved"));
  });
  const posted = await cards();
  expect(posted.length).toBeLessThanOrEqual(REQUESTS + KILLS);
  const { body } = await stack.api.as("cy").get("/api/notices");
  expect(body).toMatchObject({
    channels: expect.arrayContaining([
      { channel: "security-duty", pending: 0, oldestPendingAt: null, givenUp: 0 },
      { channel: "webhook-everything", pending: 0, oldestPendingAt: null, givenUp: 0 },
    ]),
  });
});
