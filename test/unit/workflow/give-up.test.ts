import { describe, expect, test } from "vitest";
import { aTrail, DAY, later, NINE } from "../../fixtures/builders.ts";
import { Desk } from "../../fixtures/desk.ts";
import { ana, asked, asPerson, decided, deferred } from "../../fixtures/entries.ts";

const asking = async () => {
  const desk = new Desk();
  const request = await desk.file(aTrail({}, asked()));
  const status = { state: request.state, waitSeq: request.waitSeq, wakeAt: NINE };
  return { desk, id: request.id, status };
};

describe("an orchestration that broke", () => {
  test("while people are asked is an interruption, and the request is where it was", async () => {
    const { desk, id, status } = await asking();

    expect(await desk.activities.giveUp({ requestId: id, round: 1, status })).toMatchObject({
      state: "waiting",
    });

    expect(await desk.kinds(id)).toEqual(["received", "asked", "interrupted"]);
  });

  test("while people decided is none of what they decided: it goes on from there", async () => {
    const { desk, id, status } = await asking();
    await desk.add(id, decided("approve", asPerson(ana)));

    expect(await desk.activities.giveUp({ requestId: id, round: 1, status })).toMatchObject({
      state: "applying",
    });

    expect(await desk.kinds(id)).toEqual(["received", "asked", "decided"]);
  });

  test("while another question took the place of the first is none of that one's", async () => {
    const { desk, id, status } = await asking();
    await desk.add(
      id,
      { kind: "resumed", actor: { kind: "system" }, because: "It.", sentence: "It." },
      deferred(later(DAY)),
    );

    expect(await desk.activities.giveUp({ requestId: id, round: 1, status })).toMatchObject({
      state: "deferred",
      waitSeq: 4,
    });

    expect(await desk.kinds(id)).not.toContain("interrupted");
  });

  test("before it knew anything is recorded wherever the request is", async () => {
    const { desk, id } = await asking();

    await desk.activities.giveUp({ requestId: id, round: 1, status: null });

    expect(await desk.kinds(id)).toContain("interrupted");
  });

  test("of an earlier round is over", async () => {
    const { desk, id } = await asking();

    const later = await desk.activities.giveUp({ requestId: id, round: 2, status: null });

    expect(later).toEqual({ state: "closed", waitSeq: null, wakeAt: null });
    expect(await desk.kinds(id)).toEqual(["received", "asked"]);
  });
});
