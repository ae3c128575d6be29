import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { PLATFORM_CHANNEL, SECURITY_CHANNEL } from "../../infra/local/teams/demo.ts";
import { randomFrom } from "../crash/random.ts";
import { aHook } from "./kit/hook.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder } from "./kit/processes.ts";
import { ASKS_BOTH, teamsOf } from "./kit/teams.ts";
import { aStack } from "./stack.ts";

const REQUESTS = 12;
const KILLS = 6;
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [50, 900];
/** What happens to a request that two people answer, as other systems hear of it. */
const OCCASIONS = ["received", "asked", "reviewed", "reviewed", "decided", "closed"];
const seed = Math.floor(Math.random() * 1_000_000);

const policy = join(newFolder(), "policy.yaml");
writeFileSync(policy, ASKS_BOTH);
const hook = await aHook("everything");
const stack = aStack({
  POLICY: policy,
  NOTICE_SCHEDULE: "*/2 * * * * *",
  SWEEP_SCHEDULE: "*/5 * * * * *",
  ...hook.settings,
});
const { cardsIn } = teamsOf(stack.endpoints);

const names = Array.from({ length: REQUESTS }, (_, n) => `pe-told-${n}`);

/** Ana and Bo answer whatever waits, again and again, since the app may be gone at any moment. */
async function answerAll(): Promise<void> {
  await eventually(async () => {
    for (const name of names) {
      const { state } = await stack.api.request(name);
      if (state === "waiting")
        for (const person of ["ana", "bo"] as const) await stack.api.reviews(person, name, "approve");
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

/** Of the cards about a request, newest first. */
const headlines = async (channel: typeof PLATFORM_CHANNEL, id: string): Promise<string[]> =>
  (await cardsIn(channel)).flatMap(({ link, headline }) => (link?.includes(id) ? [headline] : []));

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
  // A kill between a post and the note of it repeats that post, and nothing else does.
  for (const { id } of requests)
    await eventually(async () => {
      const [byFlow, byBot] = await Promise.all([
        headlines(PLATFORM_CHANNEL, id),
        headlines(SECURITY_CHANNEL, id),
      ]);
      expect(byFlow[0]).toBe("Closed: Approved");
      // A question that was answered before it could be told is told no more.
      expect(["Closed: Approved", "Please review"]).toEqual(expect.arrayContaining(byFlow));
      expect(byBot[0]).toBe("Closed: Approved");
      for (const headline of new Set([...byFlow, ...byBot]))
        for (const posted of [byFlow, byBot])
          expect(posted.filter((one) => one === headline).length).toBeLessThanOrEqual(1 + KILLS);
    });
  const { body } = await stack.api.as("cy").get("/api/notices");
  expect(body).toMatchObject({
    channels: expect.arrayContaining([
      { channel: "teams", pending: 0, oldestPendingAt: null, givenUp: 0 },
      { channel: "security-duty", pending: 0, oldestPendingAt: null, givenUp: 0 },
      { channel: "webhook-everything", pending: 0, oldestPendingAt: null, givenUp: 0 },
    ]),
  });
});
