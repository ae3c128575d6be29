import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseQueues } from "../../../../infra/local/service-bus/config.ts";

describe("the declaration of queues", () => {
  test("what is left out has the value Azure gives a new queue", () => {
    const declaration = { Queues: [{ Name: "hints" }] };

    const queues = parseQueues(declaration);

    expect(queues).toEqual([
      {
        name: "hints",
        lockMs: 60_000,
        maxDeliveryCount: 10,
        duplicateWindowMs: null,
        timeToLiveMs: null,
        deadLetterExpired: false,
      },
    ]);
  });

  test("the queues this project ships with are declared as it relies on", () => {
    const file = new URL("../../../../infra/local/service-bus/queues.json", import.meta.url);

    const queues = parseQueues(JSON.parse(readFileSync(file, "utf8")));

    expect(queues).toMatchObject([
      { name: "private-endpoint-hints", lockMs: 10_000, maxDeliveryCount: 10, duplicateWindowMs: 600_000 },
      { name: "private-endpoint-hints-quarantine", duplicateWindowMs: null },
    ]);
  });

  test("every problem is listed, not only the first", () => {
    const declaration = {
      Queues: [
        { Name: "a", Properties: { LockDuration: "one minute", MaxDeliveryCount: 0, Typo: 1 } },
        { Name: "b", Properties: { RequiresSession: true, LockDuration: "PT6M", ForwardTo: "a" } },
        { Name: "b/$deadletterqueue" },
      ],
    };

    const parse = () => parseQueues(declaration);

    for (const problem of [
      '"one minute" is not an ISO 8601 duration such as PT1M',
      "Queues[0].Properties.MaxDeliveryCount",
      '"Typo"',
      "sessions are not imitated",
      "at most PT5M",
      "forwarding is not imitated",
      "is not a queue name",
    ]) {
      expect(parse).toThrow(problem);
    }
  });

  test("two queues whose names differ only in case are one too many", () => {
    const declaration = { Queues: [{ Name: "hints" }, { Name: "Hints" }] };

    expect(() => parseQueues(declaration)).toThrow("two queues have the same name");
  });

  test.each([
    ["PT1M", 60_000],
    ["PT0.5S", 500],
    ["P1DT2H3M4S", 93_784_000],
  ])("a time to live of %s is %d ms", (DefaultMessageTimeToLive, ms) => {
    const [queue] = parseQueues({ Queues: [{ Name: "hints", Properties: { DefaultMessageTimeToLive } }] });

    expect(queue?.timeToLiveMs).toBe(ms);
  });
});
