import { describe, expect, test } from "vitest";
import { aConnectionId } from "../../../fixtures/builders.ts";
import { ask, get } from "./calls.ts";
import { FIRST, NEXT } from "./trails.ts";

const idsIn = (body: unknown): string[] =>
  (body as { requests: { id: string }[] }).requests.map(({ id }) => id);

describe("asking for requests", () => {
  const first = FIRST.request.id;
  const next = NEXT.request.id;

  test.each([
    ["", [next, first]],
    ["order=oldest", [first, next]],
    ["order=deadline", [first]],
    ["state=waiting", [first]],
    ["outcome=approved", [next]],
    ["rule=payments", [next]],
    ["person=ana", [first]],
    ["by=rule", [next]],
    ["connection=next-day", [next]],
    [`connection=${aConnectionId("next-day")}`, [next]],
    [`request=${first}`, [first]],
    ["from=2026-03-03", [next]],
    ["to=2026-03-02", [first]],
    ["q=payments", [next, first]],
    ["cluster=aks-prod&state=closed", [next]],
  ])("?%s finds what it should", async (query, ids) => {
    const { status, body } = await ask(`requests?${query}`);

    expect({ status, ids: idsIn(body) }).toEqual({ status: 200, ids });
    expect(body).not.toHaveProperty("hint");
  });

  test.each([
    ["approver", [first]],
    ["x", []],
    ["auditor", []],
  ])("that wait for whoever asks: for %s %j", async (as, ids) => {
    expect(idsIn(await (await get("requests?waitsForMe=true", as)).json())).toEqual(ids);
  });

  test("that wait for somebody whose token lists no group says why there are none", async () => {
    expect(await (await get("requests?waitsForMe=true", "grouped")).json()).toMatchObject({
      requests: [],
      hint: expect.stringMatching(
        /^Your token lists no group, so nothing can wait for you\. Ask an administrator /,
      ),
    });
  });

  test("that wait for somebody who reviews nothing sends them to no administrator", async () => {
    expect(await (await get("requests?waitsForMe=true", "auditor")).json()).toMatchObject({
      requests: [],
      hint: expect.stringMatching(/^You have not the role Approver, so nothing can wait for you\.$/),
    });
  });

  test("that wait for somebody in too many groups says that nobody can tell", async () => {
    expect(await (await get("requests?waitsForMe=true", "crowded")).json()).toMatchObject({
      requests: [],
      hint: expect.stringMatching(/^You are in more groups than a token can list.* assigned to this app\.$/),
    });
  });

  test.each([
    ["waitsForMe=false", "waitsForMe must be true"],
    ["order=random", "order must be newest or oldest or deadline"],
    ["kind=asked", expect.stringMatching(/there is no parameter "kind"/)],
  ])("?%s is answered with what it should be", async (query, why) => {
    const { status, body } = await ask(`requests?${query}`);

    expect(status).toBe(400);
    expect(String(body.detail).replace(/^In the query: |\.$/g, "")).toEqual(why);
  });

  test("shows short summaries, with who is asked by name alone while that is so", async () => {
    const { body } = await ask("requests");

    const members =
      "id state outcome cluster endpoint consumer consumerName requestMessage flags receivedAt updatedAt deadline approvers decision seq";
    for (const request of body.requests as { state: string }[])
      expect(Object.keys(request)).toEqual(
        members.split(" ").filter((name) => name !== "approvers" || request.state === "waiting"),
      );
  });

  test("for what is nowhere says so", async () => {
    expect((await ask("requests?endpoint=pe-x")).body).toMatchObject({
      requests: [],
      hint: 'No record has the endpoint "pe-x". An endpoint is its name, such as pe-payments, or its ARM id.',
    });
  });

  test("page by page gives each once", async () => {
    const { body: page } = await ask("requests?limit=1");
    const { body: rest } = await ask(`requests?limit=1&cursor=${page.nextCursor}`);

    expect([...idsIn(page), ...idsIn(rest)]).toEqual([next, first]);
  });
});
