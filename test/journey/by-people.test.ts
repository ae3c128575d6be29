import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { peopleAreAsked } from "./kit/moments.ts";
import { eventually, MINUTES, TIMEOUT_MS } from "./kit/patience.ts";
import { ANSWERED, ASKED, settlesOnce, trailBecomes } from "./kit/trails.ts";
import { aStack } from "./stack.ts";

const ANA = '"Ana Approver (AKS platform)" (a1b5c7d9…)';
const BO = '"Bo Approver (security duty)" (b2c6d8ea…)';

const stack = aStack();
const { consumer, arm, api } = stack;

const asks = (name: string, message?: string) => peopleAreAsked(stack, name, message);

/** What a request says to whoever looks at it. */
const Told = z.object({
  viewer: z.object({ mayReview: z.boolean(), code: z.string(), because: z.string() }),
});

const LATE_MS = 15_000;

// They wait for a policy's shortest time, or for Azure's records, so they begin first and side by side.
describe.concurrent("when nobody answers, or nobody knows yet", {
  timeout: MINUTES.timeout + TIMEOUT_MS,
}, () => {
  test("whoever made the endpoint does not approve it before Azure's records say who that was", async () => {
    await arm.recordsLate(LATE_MS);
    await arm.isCreatedBy("ana", "pe-own-1");
    await asks("pe-own-1");
    await sleep(LATE_MS + 3_000);

    const own = await api.reviews("ana", "pe-own-1", "approve");
    expect((await api.request("pe-own-1")).state).toBe("waiting");
    const other = await api.reviews("di", "pe-own-1", "approve");

    // Azure may be known to know by now, or not yet: the maker's word counts for nothing either way.
    expect([200, 403]).toContain(own.status);
    expect(other).toMatchObject({ status: 200, body: { state: "applying" } });
    await eventually(async () =>
      expect(await arm.connection("pe-own-1")).toMatchObject({ status: "Approved" }),
    );
    expect((await arm.connection("pe-own-1")).description).toMatch(/^Approved by "Di Approver/);
  });

  test("the request expires, the connection stays Pending, and only an approver reopens it", async () => {
    await asks("pe-hurried-1");
    await eventually(
      async () => expect(await stack.trail("pe-hurried-1")).toEqual([...ASKED, "expired"]),
      MINUTES,
    );
    const { id } = await api.request("pe-hurried-1");
    const late = await api.reviews("ana", "pe-hurried-1", "approve");

    await stack.sweep();
    const bySweep = await stack.trail("pe-hurried-1");
    const byStranger = await api.as("bo").post(`/api/requests/${id}/reopen`);
    const byAna = await api.as("ana").post(`/api/requests/${id}/reopen`);
    const again = await api.as("ana").post(`/api/requests/${id}/reopen`);

    expect(late).toMatchObject({ status: 409 });
    expect(bySweep).toEqual([...ASKED, "expired"]);
    expect([byStranger.status, byAna.status, again.status]).toEqual([403, 200, 409]);
    expect(await arm.connection("pe-hurried-1")).toMatchObject({ status: "Pending" });
    const reopened = [...ASKED, "expired", "reopened", "assessed", "asked"];
    await trailBecomes(stack, "pe-hurried-1", reopened);
    expect(await api.reviews("ana", "pe-hurried-1", "approve")).toMatchObject({ status: 200 });
    await settlesOnce(stack, "pe-hurried-1", [...reopened, ...ANSWERED]);
  });

  test("the request is rejected where the policy says so in words", async () => {
    await asks("pe-strict-1");

    await eventually(
      async () => expect(await arm.connection("pe-strict-1")).toMatchObject({ status: "Rejected" }),
      MINUTES,
    );

    await settlesOnce(
      stack,
      "pe-strict-1",
      [...ASKED, "decided", "applying", "applied", "verified"],
      "Rejected",
    );
    expect((await arm.connection("pe-strict-1")).description).toMatch(
      /^Rejected by rule silence-rejects: Nobody answered by /,
    );
  });

  test("the approvers are reminded, and can still answer", async () => {
    await asks("pe-slow-1");

    await eventually(
      async () => expect(await stack.trail("pe-slow-1")).toEqual([...ASKED, "reminded"]),
      MINUTES,
    );
    await api.reviews("ana", "pe-slow-1", "approve");

    await settlesOnce(stack, "pe-slow-1", [...ASKED, "reminded", ...ANSWERED]);
  });
});

describe.concurrent("when people are asked", { timeout: TIMEOUT_MS }, () => {
  test("an approver's yes is written to ARM with name and reason", async () => {
    await asks("pe-jobs", "Nightly export, CHG0042137");

    const reply = await api.reviews("ana", "pe-jobs", "approve", "The change is planned");

    expect(reply).toMatchObject({ status: 200, body: { state: "applying" } });
    await settlesOnce(stack, "pe-jobs", [...ASKED, ...ANSWERED]);
    const { id } = await api.request("pe-jobs");
    expect((await arm.connection("pe-jobs")).description).toBe(
      `Approved by ${ANA}: The change is planned [${id}]`,
    );
  });

  test("a no must say why, however long: ARM gets 140 characters of it, the trail all", async () => {
    await asks("pe-export");

    const silent = await api.reviews("ana", "pe-export", "reject");
    const blank = await api.reviews("ana", "pe-export", "reject", "  \n ");
    const spoken = await api.reviews("ana", "pe-export", "reject", `Not this quarter. ${"x".repeat(400)}`);

    expect(silent).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining("reason must say why") },
    });
    expect(blank.status).toBe(400);
    expect(spoken.status).toBe(200);
    await settlesOnce(stack, "pe-export", [...ASKED, ...ANSWERED], "Rejected");
    const { id } = await api.request("pe-export");
    const { description = "" } = await arm.connection("pe-export");
    expect(description).toHaveLength(140);
    expect(description).toMatch(new RegExp(`^Rejected by .*: Not this quarter\\. x+… \\[${id}\\]$`));
    const reviewed = (await api.records("pe-export")).find(({ kind }) => kind === "reviewed");
    expect(reviewed).toMatchObject({ reason: `Not this quarter. ${"x".repeat(400)}` });
  });

  test("who is in another group, who may only read, and who is nobody changes nothing", async () => {
    await asks("pe-guarded");
    const { id } = await api.request("pe-guarded");

    const bo = await api.reviews("bo", "pe-guarded", "approve");
    const cy = await api.reviews("cy", "pe-guarded", "approve");
    const nobody = await api.send(`/api/requests/${id}/reviews`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"review":"approve","asked":3}',
    });

    expect([bo.status, cy.status, nobody.status]).toEqual([403, 403, 401]);
    expect(nobody.headers.get("www-authenticate")).toBe("Bearer");
    expect(await stack.trail("pe-guarded")).toEqual(ASKED);
    expect(await arm.connection("pe-guarded")).toMatchObject({ status: "Pending" });
  });

  test("who looks at a request is told beforehand what an approval would be answered with", async () => {
    await asks("pe-both-3");
    const { id } = await api.request("pe-both-3");
    const told = async (person: "ana" | "cy" | "di") =>
      Told.parse((await api.as(person).get(`/api/requests/${id}`)).body).viewer;

    const before = await told("ana");
    await api.reviews("ana", "pe-both-3", "approve");

    expect(before).toMatchObject({ mayReview: true, code: "mayReview" });
    for (const person of ["ana", "cy", "di"] as const) {
      const { code, because } = await told(person);
      const { body } = await api.reviews(person, "pe-both-3", "approve");
      expect(body).toMatchObject(code === "mayReview" ? { state: "waiting" } : { code, detail: because });
    }
  });

  test("of two who answer at once one decides, and the other is told who and when", async () => {
    await asks("pe-either-1");

    const replies = await Promise.all([
      api.reviews("ana", "pe-either-1", "approve"),
      api.reviews("bo", "pe-either-1", "reject", "Not before the audit"),
    ]);

    await eventually(async () => expect((await api.request("pe-either-1")).state).toBe("closed"));
    const { decision } = await api.request("pe-either-1");
    const [yes, no] = replies;
    const [winner, loser, name, status] =
      yes.status === 200 ? ([yes, no, ANA, "Approved"] as const) : ([no, yes, BO, "Rejected"] as const);
    expect(winner.status).toBe(200);
    expect(loser).toMatchObject({ status: 409, body: { decidedBy: name, decidedAt: decision?.at } });
    await settlesOnce(stack, "pe-either-1", [...ASKED, ...ANSWERED], status);
  });

  test("of contradictory answers that one person gives at once only the stored one is told that it counts", async () => {
    await asks("pe-undecided");

    const answers = ["approve", "reject", "approve", "reject"] as const;
    const replies = await Promise.all(
      answers.map((answer) => api.reviews("ana", "pe-undecided", answer, "All at once")),
    );

    const told = answers.filter((_answer, n) => replies[n]?.status === 200);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    const { ask } = await api.request("pe-undecided");
    expect(ask?.reviews.map(({ review }) => review)).toEqual(told);
  });

  test("two teams that are both asked must both approve, and nobody counts twice", async () => {
    await asks("pe-both-1");

    const first = await api.reviews("ana", "pe-both-1", "approve");
    const twice = await api.reviews("ana", "pe-both-1", "approve");
    const between = await arm.connection("pe-both-1");
    const second = await api.reviews("bo", "pe-both-1", "approve");

    expect([first.status, twice.status, second.status]).toEqual([200, 409, 200]);
    expect(between).toMatchObject({ status: "Pending" });
    await settlesOnce(stack, "pe-both-1", [...ASKED, "reviewed", ...ANSWERED]);
  });

  test("a review of what is closed is too late, and of what does not exist is 404", async () => {
    await asks("pe-closed");
    await api.reviews("ana", "pe-closed", "approve");
    await settlesOnce(stack, "pe-closed", [...ASKED, ...ANSWERED]);

    const late = await api.reviews("ana", "pe-closed", "reject", "On second thought");
    const unknown = await api
      .as("ana")
      .post(`/api/requests/pec-${"0".repeat(32)}/reviews`, { review: "approve", asked: 3 });
    const nonsense = await api
      .as("ana")
      .post("/api/requests/..%2f..%2fx/reviews", { review: "approve", asked: 3 });

    expect(late).toMatchObject({ status: 409, body: { decidedBy: ANA } });
    expect([unknown.status, nonsense.status]).toEqual([404, 404]);
    expect(await stack.trail("pe-closed")).toEqual([...ASKED, ...ANSWERED]);
  });
});

describe.concurrent("when the world moves while people are asked", { timeout: TIMEOUT_MS }, () => {
  test.each(["Approved", "Rejected"])(
    "the connection is %s elsewhere: superseded, and nothing is written",
    async (status) => {
      const name = `pe-elsewhere-${status.toLowerCase()}`;
      await asks(name);

      await arm.changes(name, { status, description: "by hand" });
      await stack.sweep();

      await trailBecomes(stack, name, [...ASKED, "superseded"]);
      expect(await api.reviews("ana", name, "approve")).toMatchObject({ status: 409 });
      expect(await arm.writes(name)).toEqual([]);
      expect(await arm.connection(name)).toMatchObject({ status, description: "by hand" });
    },
  );

  test("the connection disappears: that is noted, and a second look decides, minutes later", async () => {
    await asks("pe-vanished");

    await arm.removes("pe-vanished");
    await stack.sweep();

    await trailBecomes(stack, "pe-vanished", [...ASKED, "missing"]);
    expect(await api.request("pe-vanished")).toMatchObject({
      state: "waiting",
      missing: { since: expect.any(String) },
    });
  });

  test("the consumer gives up: the event of the deletion is enough to look", async () => {
    await asks("pe-given-up");

    await consumer.deletes("pe-given-up");

    await trailBecomes(stack, "pe-given-up", [...ASKED, "missing"]);
  });

  test("the request message changes: asked again, and what was said before no longer counts", async () => {
    await asks("pe-both-2", "CHG1");
    await api.reviews("ana", "pe-both-2", "approve");
    const askedAgain = [...ASKED, "reviewed", ...ASKED];

    await consumer.requests("pe-both-2", { message: "CHG2" });
    await trailBecomes(stack, "pe-both-2", askedAgain);
    await api.reviews("bo", "pe-both-2", "approve");

    expect(await api.request("pe-both-2")).toMatchObject({ state: "waiting", requestMessage: "CHG2" });
    await api.reviews("ana", "pe-both-2", "approve");
    await settlesOnce(stack, "pe-both-2", [...askedAgain, "reviewed", ...ANSWERED]);
  });

  test("whoever has read the message of before does not approve the one of now", async () => {
    await asks("pe-read", "Nightly export");
    const { id, ask } = await api.request("pe-read");
    await consumer.requests("pe-read", { message: "Full dump to a vendor" });
    await trailBecomes(stack, "pe-read", [...ASKED, ...ASKED]);

    const reply = await api
      .as("ana")
      .post(`/api/requests/${id}/reviews`, { review: "approve", asked: ask?.seq });

    expect(reply).toMatchObject({ status: 409, body: { type: "urn:problem:changed", asked: 6 } });
    expect(await api.request("pe-read")).toMatchObject({ state: "waiting", seq: 6 });
    expect(await arm.writes("pe-read")).toEqual([]);
  });
});
