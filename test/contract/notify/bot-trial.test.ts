import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import { PLATFORM_CHANNEL } from "../../../infra/local/teams/demo.ts";
import { botTrial } from "../../../shared/notify/teams/bot-trial.ts";
import type { TestMessage } from "../../../shared/notify/trial.ts";
import { NINE } from "../../fixtures/builders.ts";
import { aTeams, botToken, messagesIn, type TeamsWorld } from "../teams/world.ts";

const TEST: TestMessage = { id: "test-6f1d2b7a-0c7e-4b42-9d0b-0a4c4f6f3a11", at: NINE };

function trialOf(teams: TeamsWorld, token = () => botToken(teams), id = PLATFORM_CHANNEL.id) {
  setDefaultCACertificates([...getCACertificates("default"), teams.ca]);
  const connector = { serviceUrl: `${teams.url}/emea`, token };
  return botTrial({ name: "platform-duty", id }, connector, "https://approvals.contoso.com");
}

describe("a channel in which the bot speaks", () => {
  test("gets a card that says TEST; Teams answers when it is posted, so it is called accepted", async () => {
    const teams = await aTeams();

    const tried = await trialOf(teams).sendTest(TEST);

    expect(tried).toEqual({
      result: "accepted",
      sentence: `Teams posted it: the card ${TEST.id} is in the channel.`,
    });
    const [{ cards }, ...others] = await messagesIn(teams);
    expect(others).toEqual([]);
    expect(JSON.stringify(cards)).toContain("TEST: nothing is asked of you");
    // Nobody can answer it.
    expect(JSON.stringify(cards)).not.toContain("Action.Execute");
  });

  test("that there is not is refused, with what to do", async () => {
    const teams = await aTeams();

    expect(await trialOf(teams, undefined, "19:nowhere@thread.tacv2").sendTest(TEST)).toMatchObject({
      result: "refused",
      sentence: expect.stringMatching(/^Teams answered 40[34] \w+: .*TEAMS_CONVERSATION again\.$/),
    });
  });

  test("is refused where the bot is not known, and in our own words", async () => {
    const teams = await aTeams();

    expect(await trialOf(teams, async () => "no.such.token").sendTest(TEST)).toMatchObject({
      result: "refused",
      sentence: expect.stringMatching(/^Teams answered 401.*TEAMS_BOT_ID must be the managed identity/),
    });
  });

  test("whose identity gets no token is left to the log", async () => {
    const teams = await aTeams();
    const token = async () => {
      throw new Error("AADSTS: whatever it says");
    };

    await expect(trialOf(teams, token).sendTest(TEST)).rejects.toThrow("AADSTS");
    expect(await messagesIn(teams)).toEqual([]);
  });
});
