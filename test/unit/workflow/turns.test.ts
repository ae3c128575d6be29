import { expect, test } from "vitest";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aConnection, aTrail, CONSUMER } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";

test("a request is looked at, and answered, in the turn of its consumer's subscription", async () => {
  const desk = new Desk({ world: new ArmWorld().put(aCluster(), aConnection()) });
  const { id } = await desk.file(aTrail({}));

  await desk.live(id);

  expect(desk.turns).toEqual([
    { purpose: "look", consumer: CONSUMER },
    { purpose: "answer", consumer: CONSUMER },
  ]);
});
