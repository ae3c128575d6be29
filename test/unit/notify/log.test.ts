import { expect, test } from "vitest";
import { logChannel } from "../../../shared/notify/log.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import {
  aCluster,
  aConnection,
  aPolicy,
  aTrail,
  DAY,
  ESCALATES,
  HOUR,
  later,
} from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";

test("the log says where to answer, and who may: from the escalation on the others, too", async () => {
  const lines: string[] = [];
  const desk = new Desk({
    world: new ArmWorld().put(aCluster(), aConnection()),
    policy: aPolicy(ESCALATES),
    channels: [logChannel("http://here", (line) => lines.push(line))],
  });
  const { id } = await desk.file(aTrail({}));
  await desk.live(id);

  await desk.deliver();
  for (const afterMs of [2 * HOUR, DAY]) {
    await desk.activities.followUp({ requestId: id, round: 1, now: later(afterMs) });
    await desk.deliver();
  }

  expect(lines).toEqual([
    `${id} to 1 of platform: please review http://here/inbox/#/requests/${id}`,
    `${id} to 1 of platform or security: too few have answered: http://here/inbox/#/requests/${id}`,
    `${id} to 1 of platform or security: closed, expired`,
  ]);
});
