import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClusterId, ConnectionId } from "../../../shared/connection/arm-id.ts";
import { recordKinds } from "../../../shared/request/record.ts";
import type { Actor } from "../../../shared/request/terms.ts";
import { listedOf, recordSummary, requestSummary } from "../../../shared/search/summaries.ts";
import { aConnection, aTrail, CONSUMER, PROVIDER } from "../../fixtures/builders.ts";
import {
  ana,
  anEntry,
  aRequirement,
  asked,
  asPerson,
  assessed,
  decided,
  interrupted,
  reviewed,
} from "../../fixtures/entries.ts";

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Letters of three bytes, pairs of four, what JSON escapes with six, quotes. */
const HOSTILE = [
  "字".repeat(400),
  "😀".repeat(400),
  "\ud800".repeat(400),
  '"\\'.repeat(400),
  "\u0001".repeat(400),
];

const GROUP = "群".repeat(90);
const CLUSTER_NAME = `a${"b".repeat(62)}`;
const clusterId = ClusterId.parse(
  `/subscriptions/${PROVIDER}/resourceGroups/${GROUP}/providers/Microsoft.ContainerService/managedClusters/${CLUSTER_NAME}`,
);
const longest = aConnection({
  id: ConnectionId.parse(`${clusterId}/privateEndpointConnections/${"字".repeat(260)}`.slice(0, 600)),
  endpoint: `/subscriptions/${CONSUMER}/resourceGroups/${GROUP}/providers/Microsoft.Network/privateEndpoints/${"p".repeat(160)}`,
});

const FLAGS = ["named like a cluster's own connection", "ARM does not name its private endpoint"];

const actors = (text: string): Actor[] => [
  { ...asPerson(ana), name: text },
  { kind: "rule", rules: Array.from({ length: 20 }, () => text) },
  { kind: "system" },
];

describe("what a list says is below 1 KB, whatever the names are", () => {
  test.each(HOSTILE)("of a record: %#", (text) => {
    for (const kind of recordKinds)
      for (const actor of actors(text)) {
        const [record] = aTrail({ connection: longest }).records;
        const hostile = { ...record, ...anEntry[kind], kind, actor, sentence: text, requestMessage: text };

        expect(bytesOf(recordSummary(hostile as never)), kind).toBeLessThan(1_000);
      }
  });

  test.each(HOSTILE)("of a request that waits: %#", (text) => {
    const requirement = aRequirement({
      requirements: [
        { approvers: [text, `2 ${text}`, `3 ${text}`], groups: [], quorum: 1, escalation: null },
      ],
    });
    const { request } = aTrail({ connection: longest }, assessed(), asked(requirement), interrupted());
    const hostile = { ...request, requestMessage: text, flags: FLAGS } as typeof request;

    const listed = listedOf(requestSummary(hostile));

    expect(listed.approvers).toHaveLength(2);
    expect(bytesOf(listed)).toBeLessThan(1_000);
  });

  test.each(HOSTILE)("of a request: %#", (text) => {
    for (const by of actors(text)) {
      const { request } = aTrail({ connection: longest }, decided("approve", by));
      const hostile = {
        ...request,
        consumerName: text,
        requestMessage: text,
        flags: FLAGS,
      } as typeof request;

      expect(bytesOf(listedOf(requestSummary(hostile)))).toBeLessThan(1_000);
    }
  });

  test("also of one that asks twenty groups, of whom many have reviewed", () => {
    const groups = Array.from(
      { length: 20 },
      (_, n) => `${String(n).padStart(8, "0")}-0000-4000-8000-000000000000`,
    );
    const requirement = aRequirement({
      requirements: [{ approvers: ["all"], groups, quorum: 20, escalation: null }],
    });
    const { request } = aTrail({ connection: longest }, assessed(), asked(requirement), reviewed(ana));

    const summary = requestSummary(request);

    expect(summary.asked?.groups).toEqual(groups);
    expect(bytesOf(listedOf(summary))).toBeLessThan(1_000);
  });
});

test("a list says who is asked only as long as that is so", () => {
  const asking = aTrail({}, assessed(), asked());

  expect(requestSummary(asking.request).approvers).toEqual(["platform"]);
  expect(requestSummary(aTrail({}, assessed(), asked(), decided()).request)).not.toHaveProperty("approvers");
});

test("what is cut ends in an ellipsis, and no letter is cut in two", () => {
  const { request } = aTrail({ connection: aConnection({ message: "" }) });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-composite", maxLength: 300 }), (message) => {
      const { requestMessage } = requestSummary({ ...request, requestMessage: message });

      const isCut = requestMessage !== message;
      expect(bytesOf(requestMessage) - 2).toBeLessThanOrEqual(120);
      expect(isCut).toBe(bytesOf(message) - 2 > 120);
      if (isCut) {
        expect(requestMessage.endsWith("…")).toBe(true);
        expect(message.startsWith(requestMessage.slice(0, -1))).toBe(true);
        expect(requestMessage.isWellFormed()).toBe(message.isWellFormed());
        expect(bytesOf(requestMessage) - 2).toBeGreaterThan(100);
      }
    }),
  );
});
