import { describe, expect, test } from "vitest";
import { readRequest } from "../../../../shared/policy-tools/simulate/request.ts";
import { recordedFacts } from "./world.ts";

const read = (text: string) => readRequest(text, "r.json");

function requestIn(text: string) {
  const result = read(text);
  if (result.kind === "problems") throw new Error(JSON.stringify(result.problems));
  return result.request;
}

const messagesOf = (text: string): readonly string[] => {
  const result = read(text);
  return result.kind === "request"
    ? []
    : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

const CLUSTER =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-1";
const ENDPOINT =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourcegroups/rg-c/providers/microsoft.network/privateendpoints/pe-1";

const assessed = (differences: object = {}) => ({
  requestId: `pec-${"0".repeat(32)}`,
  seq: 2,
  at: "2026-11-23T10:15:01.000Z",
  connectionId: `${CLUSTER}/privateendpointconnections/pe-1.x`,
  clusterId: CLUSTER,
  privateEndpointId: ENDPOINT,
  consumerSubscription: "22222222-2222-4222-8222-222222222222",
  actor: { kind: "rule", rules: ["default"] },
  policyHash: "0".repeat(64),
  correlationId: null,
  sentence: "ask by default",
  kind: "assessed",
  verdict: {
    kind: "leave",
    mode: "shadow",
    because: "because",
    decidedBy: [{ name: "default", line: 1 }],
    undecided: [],
    rules: [],
    rulesOmitted: 0,
    nearMisses: [],
    unknownFacts: [],
    policyHash: "0".repeat(64),
  },
  facts: recordedFacts(),
  previousPolicyHash: null,
  ...differences,
});

describe("a request is read from", () => {
  test("the plain words of tests, in YAML; what is left out is unknown", () => {
    const request = requestIn(
      "endpoint: { subscription: s, name: pe }\ncluster: { name: aks }\ntime: 2026-11-23T10:15:00Z",
    );

    expect(request).toMatchObject({
      at: "2026-11-23T10:15:00Z",
      endpoint: "s/?/pe",
      cluster: "aks",
      verdict: null,
      facts: { message: { kind: "unknown", cause: "it was not given" } },
    });
  });

  test("the same in JSON, where a tag may be called kind", () => {
    const request = requestIn(
      '{ "cluster": { "name": "aks", "tags": { "kind": "value" } }, "message": null }',
    );

    expect(request.facts).toMatchObject({
      cluster: { tags: { kind: "value", value: { kind: "value" } } },
      message: { kind: "absent" },
    });
    expect(request.endpoint).toBe("(unknown)");
  });

  test("facts as the app keeps them", () => {
    const request = requestIn(JSON.stringify(recordedFacts()));

    expect(request).toEqual({
      at: "2026-11-23T10:15:00.000Z",
      endpoint: "s/rg/pe-1",
      cluster: "aks-1",
      facts: recordedFacts(),
      verdict: null,
    });
  });

  test("an audit record of an assessment", () => {
    expect(requestIn(JSON.stringify(assessed()))).toMatchObject({
      at: "2026-11-23T10:15:01.000Z",
      endpoint: "22222222-2222-4222-8222-222222222222/rg-c/pe-1",
      cluster: "aks-1",
      facts: recordedFacts(),
      verdict: { kind: "leave" },
    });
  });

  test("the API's reply with a trail: the newest assessment counts", () => {
    const newer = assessed({ seq: 5, at: "2026-11-24T10:15:01.000Z" });
    const reply = { records: [{ kind: "received", seq: 1 }, newer, assessed(), { kind: "decided", seq: 6 }] };

    expect(requestIn(JSON.stringify(reply)).at).toBe("2026-11-24T10:15:01.000Z");
  });

  test("records of one moment: the later of them counts", () => {
    const reply = [
      assessed({ seq: 3, clusterId: `${CLUSTER}3` }),
      assessed({ seq: 4, clusterId: `${CLUSTER}4` }),
      assessed(),
    ];

    expect(requestIn(JSON.stringify(reply)).cluster).toBe("aks-14");
  });

  test("records in any order: the newest counts, whatever its number", () => {
    const at = (hour: number) => `2026-11-23T${hour}:00:00.000Z`;
    const reply = [
      assessed({ seq: 9, at: at(10) }),
      assessed({ seq: 1, at: at(12) }),
      assessed({ seq: 5, at: at(11) }),
    ];

    expect(requestIn(JSON.stringify(reply)).at).toBe(at(12));
  });

  test("facts of which the time and the cluster are not known", () => {
    const facts = { ...recordedFacts(), time: { kind: "unknown", cause: "x" } };

    expect(
      requestIn(JSON.stringify({ ...facts, cluster: { ...facts.cluster, name: { kind: "absent" } } })),
    ).toMatchObject({ at: null, cluster: "(unknown)" });
  });

  test("a record whose endpoint ARM did not name", () => {
    expect(requestIn(JSON.stringify(assessed({ privateEndpointId: null }))).endpoint).toBe("(unknown)");
  });
});

describe("a request is refused, with the place, when", () => {
  test.each([
    [
      "there is nothing",
      "",
      "1:1 the file is empty; a request needs at least one fact, such as cluster.name",
    ],
    [
      "its first line is blank",
      '\n  { "records": [] }',
      "2:3 none of the audit records is an assessment; only those carry a request's facts",
    ],
    [
      "it is a request as the API shows it, without its facts",
      '{ "connectionId": "x", "verdict": null, "status": "waiting" }',
      "1:1 this tells of a request without its facts; take what GET /api/requests/{id}/audit replies",
    ],
    ["a fact is misspelt", "mesage: hi", '1:1 unknown field "mesage" in request; did you mean "message"?'],
    [
      "one of the app's facts is malformed",
      JSON.stringify({ ...recordedFacts(), message: { kind: "value", value: 12 } }),
      "1:1 message.value: Invalid input: expected string, received number",
    ],
    [
      "no record is an assessment",
      '{ "records": [{ "kind": "received", "seq": 1 }] }',
      "1:1 none of the audit records is an assessment; only those carry a request's facts",
    ],
    [
      "a record is malformed",
      JSON.stringify(assessed({ at: "today" })),
      "1:1 audit record 2: at: Invalid ISO datetime",
    ],
    [
      "a record has no facts",
      JSON.stringify(assessed({ facts: undefined })),
      "1:1 audit record 2: facts: Invalid input: expected object, received undefined",
    ],
    [
      "it is a list of something else",
      "[1, 2]",
      "1:1 request: expected a mapping with the keys endpoint, consumer, cluster, message, requester, requesterId, source, time, history; found a list",
    ],
  ])("%s", (_when, text, message) => {
    expect(messagesOf(text)).toEqual([message]);
  });
});
