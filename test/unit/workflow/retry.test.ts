import { describe, expect, test } from "vitest";
import { retryRefusalOf } from "../../../shared/approval/retry.ts";
import { RequestId } from "../../../shared/connection/connection.ts";
import { Fault } from "../../../shared/connection/fault.ts";
import type { ApprovalRequest } from "../../../shared/request/request.ts";
import { reconcile } from "../../../shared/workflow/reconcile.ts";
import { retry } from "../../../shared/workflow/retry.ts";
import { ArmWorld } from "../../fixtures/arm-world.ts";
import { aCluster, aConnection, aRequest, aTrail, MINUTE } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import {
  ana,
  anEntry,
  applying,
  asked,
  asPerson,
  decided,
  failed,
  reviewed,
  stranger,
  verified,
} from "../../fixtures/entries.ts";

const aDesk = () => new Desk({ world: new ArmWorld().put(aCluster(), aConnection()) });

describe("a person has a failed request tried again", () => {
  test("at once: what people decided is applied, and the trail says who had it tried", async () => {
    const desk = aDesk();
    const life = [asked(), reviewed(ana), decided("approve", asPerson(ana)), applying(), failed()];
    const { id } = await desk.file(aTrail({}, ...life));

    const retried = await retry(desk.people, id, ana);

    expect(retried).toMatchObject({ refusal: null, request: { state: "applying", round: 2 } });
    expect(desk.orchestrations.started).toEqual([`${id} round 2`]);
    expect((await desk.store.trail(id)).at(-1)).toMatchObject({
      kind: "reopened",
      actor: asPerson(ana),
      reason: "retry",
      sentence: '"Ana" (00000000…) has the request tried again.',
    });
    expect(await desk.live(id)).toMatchObject({ closure: { outcome: "approved" } });
  });

  test("what a rule decided is assessed again", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, decided(), applying(), failed()));

    expect(await retry(desk.people, id, ana)).toMatchObject({
      refusal: null,
      request: { state: "assessing" },
    });
  });

  test("said twice, it is tried once", async () => {
    const desk = aDesk();
    const { id } = await desk.file(aTrail({}, failed()));

    await retry(desk.people, id, ana);
    const again = await retry(desk.people, id, ana);

    expect(again?.refusal).toEqual({ code: "notFailed", state: "assessing" });
    expect(await desk.kinds(id)).toEqual(["received", "failed", "reopened"]);
  });

  test("there is no such request", async () => {
    expect(await retry(aDesk().people, RequestId.parse(`pec-${"0".repeat(32)}`), ana)).toBeNull();
  });

  test.each<[string, ApprovalRequest, typeof ana, object | null]>([
    [
      "somebody who was not asked may not",
      aRequest({}, asked(), decided(), failed()),
      stranger,
      { code: "notAnApprover" },
    ],
    ["any approver may, where nobody was asked", aRequest({}, failed()), stranger, null],
    ["nor what waits", aRequest({}, asked()), ana, { code: "notFailed", state: "waiting" }],
    [
      "nor what expired",
      aRequest({}, asked(), anEntry.expired),
      ana,
      { code: "notFailed", state: "expired" },
    ],
    [
      "nor what is approved",
      aRequest({}, decided(), verified()),
      ana,
      { code: "notFailed", state: "approved" },
    ],
  ])("%s", (_name, request, person, refusal) => {
    expect(retryRefusalOf(request, person)).toEqual(refusal);
  });
});

test("hints about a failed request try it again once a minute, however many come", async () => {
  const desk = aDesk();
  desk.world.forbid("answer", new Fault("BLOCKED", "Locked.", { armCode: "ScopeLocked" }));
  const { id } = await desk.file(aTrail({}));
  await desk.live(id);

  for (let second = 0; second < 180; second++) {
    await reconcile(desk.intake, aConnection(), second % 2 === 0 ? "message" : "event");
    await desk.live(id);
    desk.clock.advance(1_000);
  }

  expect(desk.world.calls.filter((verb) => verb === "answer")).toHaveLength(3);
  expect(Date.parse(desk.clock.now())).toBeGreaterThan(MINUTE);
});
