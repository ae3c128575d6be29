import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PLATFORM_CHANNEL, SECURITY_CHANNEL } from "../../infra/local/teams/demo.ts";
import { apiOf } from "./kit/api.ts";
import { consumerOf } from "./kit/arm.ts";
import { eventually, TIMEOUT_MS } from "./kit/patience.ts";
import { newFolder, runCommand } from "./kit/processes.ts";
import { ASKS_BOTH, teamsOf } from "./kit/teams.ts";
import { ASKED } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const POLICY = join(newFolder(), "policy.yaml");
writeFileSync(POLICY, ASKS_BOTH);
// As in virtual-clock.test.ts: to look all day long would only take time.
const RARELY = { POLICY_SCHEDULE: "0 0 4 1 1 *", NOTICE_SCHEDULE: "0 0 * * * *" };
const stack = aStack({ POLICY, ...RARELY }, ["--virtual-clock"]);
const { cardsIn, trouble, mend } = teamsOf(stack.endpoints);
// Tokens do not outlive an advance.
const api = () => apiOf(stack.endpoints);

async function advance(span: string): Promise<void> {
  const command = runCommand("cli/clock.ts", ["advance", span, "--data", stack.data]);
  expect(await command.ended, command.output()).toBe(0);
}

const headlines = async () =>
  (await Promise.all([PLATFORM_CHANNEL, SECURITY_CHANNEL].map(cardsIn))).map((cards) =>
    cards.map(({ headline }) => headline).toReversed(),
  );

test("while Teams is down for a day nothing else waits; then each channel is told what is asked, once", {
  timeout: 3 * TIMEOUT_MS,
}, async () => {
  await trouble({ method: "POST", pathPattern: "/paths/invoke", times: 10_000, kind: "page", status: 503 });
  await trouble({ method: "POST", pathPattern: "/activities", times: 10_000, kind: "page", status: 502 });
  await consumerOf(stack.endpoints).requests("pe-in-the-dark");
  await eventually(async () => expect(await stack.trail("pe-in-the-dark")).toEqual(ASKED));

  await advance("25h");
  const inTheDark = await headlines();
  const waiting = (await api().request("pe-in-the-dark")).state;
  await mend();
  await advance("2h");

  expect([inTheDark, waiting]).toEqual([[[], []], "waiting"]);
  await eventually(async () => expect(await headlines()).toEqual([["Please review"], ["Please review"]]));
  for (const person of ["ana", "bo"] as const)
    expect((await api().reviews(person, "pe-in-the-dark", "approve")).status).toBe(200);
  await eventually(async () => expect((await api().request("pe-in-the-dark")).state).toBe("closed"));
  await advance("2h");
  await eventually(async () =>
    expect(await headlines()).toEqual([["Please review", "Closed: Approved"], ["Closed: Approved"]]),
  );
});
