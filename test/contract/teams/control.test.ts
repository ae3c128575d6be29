import { describe, expect, test } from "vitest";
import { PLATFORM_WORKFLOW } from "../../../infra/local/teams/demo.ts";
import { aCard, aTeams, messageOf, messagesIn, runsOf } from "./world.ts";

describe("the control interface", () => {
  test("is closed without its key", async () => {
    const teams = await aTeams();

    const { status } = await teams.send("GET", "/_control/messages", {
      headers: { "x-control-key": "guess" },
    });

    expect(status).toBe(403);
  });

  test("says what there is, addresses included", async () => {
    const teams = await aTeams();

    const { body } = await teams.control("GET", "state");

    expect(body.workflows[0]).toMatchObject({ id: PLATFORM_WORKFLOW.id, isOn: true, access: "anyone" });
    expect(body.workflows[0].url).toBe(teams.url + teams.flow());
    expect(Object.keys(body.bots[0].people)).toContain("ana");
  });

  test.each<[string, string, unknown, number]>([
    ["POST", "troubles", { kind: "nothing" }, 400],
    ["POST", "workflows", { id: "none", isOn: false }, 404],
    ["POST", "invokes", { messageId: "1", person: "ana" }, 404],
    ["POST", "limits", { workflows: [{ count: 0, windowMs: 1 }] }, 400],
    ["GET", "nothing", undefined, 404],
  ])("%s %s refuses what makes no sense", async (method, command, body, status) => {
    const teams = await aTeams();

    expect((await teams.control(method, command, body)).status).toBe(status);
  });

  test("forgets what was posted and clicked when it is told to, and no switch", async () => {
    const teams = await aTeams();
    await teams.send("POST", teams.flow(), { body: messageOf(aCard()) });
    await teams.control("POST", "workflows", { id: PLATFORM_WORKFLOW.id, isOn: false });

    await teams.control("DELETE", "messages");

    expect(await messagesIn(teams)).toEqual([]);
    expect(await runsOf(teams)).toEqual([]);
    expect((await teams.control("GET", "state")).body.workflows[0].isOn).toBe(false);
  });

  test("shows and forgets what is left of the script", async () => {
    const teams = await aTeams();
    const trouble = { method: "POST", pathPattern: "/workflows/", times: 2, kind: "page", status: 502 };
    await teams.control("POST", "troubles", trouble);

    const before = await teams.control("GET", "troubles");
    await teams.control("DELETE", "troubles");

    expect(before.body.value).toEqual([trouble]);
    expect((await teams.control("GET", "troubles")).body.value).toEqual([]);
  });
});
