import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import { workflowTrial } from "../../../shared/notify/teams/workflows.ts";
import type { TestMessage } from "../../../shared/notify/trial.ts";
import { NINE } from "../../fixtures/builders.ts";
import { aTeams, messagesIn, runsOf, type TeamsWorld } from "../teams/world.ts";

const TEST: TestMessage = { id: "test-6f1d2b7a-0c7e-4b42-9d0b-0a4c4f6f3a11", at: NINE };

function trialOf(teams: TeamsWorld, path = teams.flow()) {
  setDefaultCACertificates([...getCACertificates("default"), teams.ca]);
  const workflow = { name: "teams", url: () => `${teams.url}${path}`, token: null };
  return workflowTrial(workflow, "https://approvals.contoso.com");
}

const trouble = (teams: TeamsWorld, status: number, code: string) =>
  teams.control("POST", "troubles", {
    ...{ method: "POST", pathPattern: "/paths/invoke", times: 1 },
    ...{ kind: "status", status, code, message: "\u001b[2Jsig=s3cret" },
  });

describe("a workflow that is tried", () => {
  test("posts a card that says TEST; that it took it is called unknown, since that proves nothing", async () => {
    const teams = await aTeams();

    const tried = await trialOf(teams).sendTest(TEST);

    expect(tried).toEqual({
      result: "unknown",
      sentence: `The workflow answered 202, as it does before it posts anything. Look for the card ${TEST.id} in the channel; where it is missing, the workflow's run history in Power Automate says why.`,
    });
    expect(await runsOf(teams)).toEqual([undefined]);
    const [{ cards }] = await messagesIn(teams);
    expect(JSON.stringify(cards)).toContain("TEST: nothing is asked of you");
    expect(JSON.stringify(cards)).toContain(TEST.id);
  });

  test.each<[number, string, string]>([
    [
      400,
      "WorkflowTriggerIsNotEnabled",
      "The workflow answered 400 WorkflowTriggerIsNotEnabled: it is turned off, or was deleted. Turn it on in Power Automate, or set the address of another one.",
    ],
    [
      401,
      "DirectApiAuthorizationRequired",
      "The workflow answered 401 DirectApiAuthorizationRequired: it does not let us in. Copy its whole address with `sig`, or let this app trigger it and set TEAMS_WORKFLOW_AUDIENCE.",
    ],
    [
      500,
      "\u001b[2Jx",
      "The workflow answered 500. Try again in some minutes; if that does not help, look at the other side.",
    ],
  ])(
    "that answers %i %j is refused, with why and what to do, and in our own words",
    async (status, code, sentence) => {
      const teams = await aTeams();
      await trouble(teams, status, code);

      expect(await trialOf(teams).sendTest(TEST)).toEqual({ result: "refused", sentence });
    },
  );

  test("where nobody listens is refused, and its address is not told", async () => {
    const workflow = { name: "teams", url: () => "https://127.0.0.1:65534/invoke?sig=s3cret", token: null };

    expect(await workflowTrial(workflow, "https://approvals.contoso.com").sendTest(TEST)).toEqual({
      result: "refused",
      sentence:
        "The workflow cannot be reached (ECONNREFUSED). Try again in some minutes; if that does not help, look at the other side.",
    });
  });

  test("whose identity gets no token is left to the log", async () => {
    const teams = await aTeams();
    const token = async () => {
      throw new Error("AADSTS: whatever it says");
    };
    const workflow = { name: "teams", url: () => `${teams.url}${teams.flow()}`, token };

    await expect(workflowTrial(workflow, "https://approvals.contoso.com").sendTest(TEST)).rejects.toThrow(
      "AADSTS",
    );
    expect(await messagesIn(teams)).toEqual([]);
  });
});
