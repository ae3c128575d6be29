import { expect, test } from "vitest";
import { NO_TRIES } from "../../../shared/connection/retry.ts";
import { followHint } from "../../../shared/intake/follow-hint.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { APPROVES, aCluster, aConnection, aPolicy, aTrail } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { asked, assessed } from "../../fixtures/entries.ts";

const ID = aConnection().id;

/** A request about which people were asked, and a consumer who changes its message four times a second for a minute. */
async function afterARestlessMinute() {
  const desk = new Desk({ policy: aPolicy(), world: new ArmWorld().put(aCluster(), aConnection()) });
  const { id } = await desk.file(aTrail({}, assessed(), asked()));
  let dueAt = 0;
  let message = "";
  for (let ms = 0; ms < 60_000; ms += 250) {
    message = `Change ${ms}`;
    desk.world.change(ID, { description: message });
    await followHint(desk.intake, { kind: "connection", connectionId: ID }, "event");
    const isAssessing = (await desk.request(id)).state === "assessing";
    if (isAssessing && ms >= dueAt) {
      const progress = await desk.activities.assess({ requestId: id, round: 1, tries: NO_TRIES });
      if (progress.kind === "tryAgain") dueAt = ms + progress.afterMs;
    }
    desk.clock.advance(250);
  }
  return { desk, id, message };
}

test("a request whose message changes all the time is assessed ever more rarely", async () => {
  const { desk, id } = await afterARestlessMinute();

  const assessments = (await desk.kinds(id)).filter((kind) => kind === "assessed").length;

  expect(assessments).toBeGreaterThan(2);
  expect(assessments).toBeLessThanOrEqual(6);
});

test("a connection that is deleted and made anew all the time is answered ever more rarely", async () => {
  const desk = new Desk({ policy: aPolicy(APPROVES), world: new ArmWorld().put(aCluster(), aConnection()) });
  const { id } = await desk.file(aTrail({}));
  let [tries, dueAt] = [NO_TRIES, 0];

  for (let second = 0; second < 3_600; second += 5) {
    if ((await desk.request(id)).state === "closed") {
      desk.world.put(aConnection());
      await followHint(desk.intake, { kind: "connection", connectionId: ID }, "event");
    }
    const { state, round } = await desk.request(id);
    if (second >= dueAt && (state === "assessing" || state === "applying")) {
      const activity = state === "assessing" ? "assess" : "apply";
      const progress = await desk.activities[activity]({ requestId: id, round, tries });
      tries = progress.kind === "tryAgain" ? progress.tries : NO_TRIES;
      dueAt = progress.kind === "tryAgain" ? second + progress.afterMs / 1_000 : second;
    }
    desk.clock.advance(5_000);
  }

  expect(desk.world.puts.length).toBeGreaterThan(5);
  expect(desk.world.puts.length).toBeLessThanOrEqual(12);
});

test("and in the end by the last message", async () => {
  const { desk, id, message } = await afterARestlessMinute();

  await followHint(desk.intake, { kind: "connection", connectionId: ID }, "event");
  const request = await desk.live(id);

  expect(request).toMatchObject({ state: "waiting", requestMessage: message });
});
