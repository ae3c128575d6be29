import { describe, expect, test } from "vitest";
import {
  descriptionsOf,
  ExplainedRecord,
  explained,
  explanationOf,
} from "../../../functions/kit/explanation.ts";
import { renderVerdict } from "../../../shared/policy/index.ts";
import { aPolicy, aRequest, aTrail, REJECTS } from "../../fixtures/builders.ts";
import { anEntry, assessed, judgementBy } from "../../fixtures/entries.ts";

const UNRELATED = "{ name: test, when: { cluster: { tags: { env: test } } }, then: approve }";

describe("the verdict in words, as the API shows it", () => {
  test("is one line for each of those that are rendered everywhere else", () => {
    const { verdict } = judgementBy(aPolicy(REJECTS, UNRELATED));

    const lines = explanationOf(verdict);

    expect(lines[0]).toMatch(/^reject by sandbox \(line \d+\): Not from here\.$/);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join("\n")).toBe(renderVerdict(verdict));
  });

  test("is empty where there is no verdict", () => {
    expect(explanationOf(null)).toEqual([]);
  });

  test("comes with what the rules behind it are for, in the words of the policy that judged", () => {
    const tickets =
      "{ name: tickets, description: Changes come with a ticket., when: { endpoint: { name: pe-* } }, then: { ask: { approvers: [platform] } } }";
    const judging = aPolicy(tickets, UNRELATED);
    const request = aRequest({}, assessed(judging));

    expect(descriptionsOf(request, judging)).toEqual({ tickets: "Changes come with a ticket." });
    expect(descriptionsOf(request, aPolicy(tickets, REJECTS))).toEqual({});
    expect(descriptionsOf(aRequest({}), judging)).toEqual({});
  });

  test("stands on assessments, and on no other record", () => {
    const { records } = aTrail({}, assessed(), anEntry.asked);
    const [received, assessment, asked] = records;

    const shown = records.map(explained);

    expect(shown).toEqual([received, { ...assessment, explanation: expect.any(Array) }, asked]);
    for (const record of shown) expect(ExplainedRecord.safeParse(record).success).toBe(true);
  });
});
