import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { testEventOf } from "../../../shared/notify/events/event.ts";
import { logTrial } from "../../../shared/notify/log.ts";
import { testCardOf } from "../../../shared/notify/teams/test-card.ts";
import { type TestMessage, type Trial, type Tried, tryChannels } from "../../../shared/notify/trial.ts";
import { NINE } from "../../fixtures/builders.ts";
import { problemOfEvent } from "../../fixtures/event-schemas.ts";

const TEST: TestMessage = { id: "test-6f1d2b7a-0c7e-4b42-9d0b-0a4c4f6f3a11", at: NINE };
const URL = "https://approvals.contoso.com";

const errors: string[] = [];
const trying = (names: readonly string[], trials: readonly Trial[]) => {
  errors.length = 0;
  return tryChannels(names, { trials, test: TEST, error: (line) => void errors.push(line) });
};

const accepted: Tried = { result: "accepted", sentence: "It took it." };
const trial = (name: string, sendTest: Trial["sendTest"]): Trial => ({ name, sendTest });

describe("channels that are tried", () => {
  test("each gets the same test, and those alone that are asked for", async () => {
    const sent: string[] = [];
    const trials = ["log", "teams", "webhook-x"].map((name) =>
      trial(name, async ({ id }) => {
        sent.push(`${name} ${id}`);
        return accepted;
      }),
    );

    const tried = await trying(["teams", "log"], trials);

    expect(tried).toEqual([
      { channel: "teams", ...accepted },
      { channel: "log", ...accepted },
    ]);
    expect(sent.toSorted()).toEqual([`log ${TEST.id}`, `teams ${TEST.id}`]);
  });

  test("one that cannot be tried is told as unknown, and nothing is claimed of it", async () => {
    expect(await trying(["new"], [])).toEqual([
      {
        channel: "new",
        result: "unknown",
        sentence: "Nothing was sent: this channel cannot be tried. Wait for a request that it is told of.",
      },
    ]);
  });

  test("what one throws is in the log and nowhere else, and keeps no other from being tried", async () => {
    const thrown = trial("bad", async () => {
      throw new Error("\u001b[2J<at>s3cret</at>");
    });

    const tried = await trying(["bad", "good"], [thrown, trial("good", async () => accepted)]);

    expect(tried).toEqual([
      {
        channel: "bad",
        result: "refused",
        sentence: `It could not be sent. The app's log says why, at ${TEST.id}; mend that, then try again.`,
      },
      { channel: "good", ...accepted },
    ]);
    expect(errors).toEqual([`bad: the test ${TEST.id} failed`]);
  });

  describe("in virtual time", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    test("one that never answers is not waited for", async () => {
      const hanging = trial("slow", () => Promise.withResolvers<Tried>().promise);

      const tried = trying(["slow"], [hanging]);
      await vi.advanceTimersByTimeAsync(25_000);

      expect(await tried).toMatchObject([{ channel: "slow", result: "refused" }]);
    });
  });
});

test("the log gets a line that is a test and names the id to look for", async () => {
  const lines: string[] = [];

  const tried = await logTrial((line) => void lines.push(line)).sendTest(TEST);

  expect(lines).toEqual([`${TEST.id}: this is a test of how people are told. Nothing is asked.`]);
  expect(tried.sentence).toContain(TEST.id);
});

describe("a test says that it is one, and is about no request", () => {
  test("as an event of a type of its own, as its schema says", () => {
    const event = testEventOf(TEST, "webhook-x", URL);

    expect(problemOfEvent(event)).toBeNull();
    expect(event).toEqual({
      specversion: "1.0",
      id: TEST.id,
      type: "dev.aksprivatelink.notify.test.v1",
      source: URL,
      time: NINE,
      datacontenttype: "application/json",
      dataschema: `${URL}/api/events/schemas/dev.aksprivatelink.notify.test.v1#/properties/data`,
      data: {
        channel: "webhook-x",
        sentence: "This is a test of the channel webhook-x. Nothing happened, and nothing is asked.",
      },
    });
  });

  test("as a card that asks for nothing", () => {
    const card = testCardOf(TEST, "teams", URL);

    expect(card.fallbackText).toBe(`TEST: nothing is asked of you (${TEST.id})`);
    expect(card.actions).toEqual([{ type: "Action.OpenUrl", title: "Open the inbox", url: `${URL}/inbox/` }]);
    expect(JSON.stringify(card)).not.toContain("pec-");
  });
});
