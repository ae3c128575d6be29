import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_HINT_BYTES, parseHint, understandHint } from "../../../shared/intake/hint.ts";
import { aClusterId, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { delivered, eventOf } from "../../fixtures/events.ts";

const CLUSTER = aClusterId();
const CONNECTION = aConnectionId();

const bytes = (text: string) => new TextEncoder().encode(text);
const parsed = (json: unknown) => parseHint(bytes(JSON.stringify(json)));

const endpointWritten = eventOf("endpoint-write");
const connectionWritten = eventOf("connection-write");
const toConnection = { kind: "hint", hint: { kind: "connection", connectionId: CONNECTION } };
const toCluster = { kind: "hint", hint: { kind: "cluster", clusterId: CLUSTER } };
const toEndpoint = {
  kind: "hint",
  hint: { kind: "privateEndpoint", privateEndpointId: anEndpoint().toLowerCase() },
};

/** The event of another operation. */
const doing = (operationName: string, { data, ...event } = endpointWritten) => ({
  ...event,
  data: { ...data, operationName },
});

describe("what is understood beside the events of the fixtures", () => {
  test.each([
    [
      "an event in capitals",
      doing(endpointWritten.data.operationName.toUpperCase(), {
        ...endpointWritten,
        data: { ...endpointWritten.data, resourceUri: endpointWritten.data.resourceUri.toUpperCase() },
      }),
      toEndpoint,
    ],
    [
      "an event that names its resource only as subject",
      { ...endpointWritten, data: { operationName: endpointWritten.data.operationName } },
      toEndpoint,
    ],
    ["a message with more in it", { clusterId: CLUSTER, note: "please", $schema: 1 }, toCluster],
    ["a message in capitals", { connectionId: CONNECTION.toUpperCase() }, toConnection],
    ["a message in an array of one", [{ connectionId: CONNECTION }], toConnection],
  ])("%s", (_name, json, expected) => {
    expect(parsed(json)).toEqual(expected);
  });

  test("a byte order mark before the JSON is no harm", () => {
    expect(parseHint(bytes(`\ufeff${JSON.stringify({ clusterId: CLUSTER })}`))).toEqual(toCluster);
  });

  test.each([
    ["of another resource", "Microsoft.Compute/virtualMachines/write"],
    ["of the cluster itself", "Microsoft.ContainerService/managedClusters/write"],
    ["of an endpoint's child", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write"],
    ["of a reading", "Microsoft.Network/privateEndpoints/read"],
  ])("an event %s is irrelevant, and no mistake", (_name, operation) => {
    expect(parsed(doing(operation))).toMatchObject({ kind: "hint", hint: { kind: "irrelevant" } });
  });
});

describe("what is not understood is kept aside, never guessed", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["half a JSON", '{"clusterId": "'],
    ["null", "null"],
    ["a number", "42"],
    ["a text", JSON.stringify(CLUSTER)],
    ["an empty object", "{}"],
    ["an empty array", "[]"],
    ["two events", JSON.stringify([{ clusterId: CLUSTER }, { clusterId: CLUSTER }])],
    ["an array in an array", JSON.stringify([[{ clusterId: CLUSTER }]])],
    ["both ids", JSON.stringify({ clusterId: CLUSTER, connectionId: CONNECTION })],
    ["an id and null for the other", JSON.stringify({ clusterId: null, connectionId: CONNECTION })],
    ["a connection's id as a cluster's", JSON.stringify({ clusterId: CONNECTION })],
    ["an id that climbs", JSON.stringify({ clusterId: `${CLUSTER}/../../x` })],
    ["an id that is a number", JSON.stringify({ clusterId: 1 })],
    ["an id in an array", JSON.stringify({ clusterId: [CLUSTER] })],
    ["a prototype", `{"__proto__": {"clusterId": ${JSON.stringify(CLUSTER)}}}`],
    ["a prototype beside an id", `{"__proto__": {}, "clusterId": ${JSON.stringify(CLUSTER)}}`],
    ["data of null", JSON.stringify({ ...endpointWritten, data: null })],
    ["an event without a type", JSON.stringify({ data: endpointWritten.data })],
    [
      "CloudEvents of another version",
      JSON.stringify({ ...eventOf("connection-write-cloud-event"), specversion: "0.3" }),
    ],
    ["an event about an endpoint that names none", JSON.stringify(delivered("endpoint-write", CLUSTER))],
    [
      "an event about a connection that names none",
      JSON.stringify(delivered("connection-write", anEndpoint())),
    ],
    [
      "an event that names nothing",
      JSON.stringify({ eventType: "x", data: { operationName: connectionWritten.data.operationName } }),
    ],
    ["a hundred thousand brackets", "[".repeat(100_000)],
    ["deep nesting", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`],
  ])("%s", (_name, body) => {
    expect(parseHint(bytes(body))).toMatchObject({ kind: "unintelligible" });
  });

  test("bytes that are not UTF-8", () => {
    const body = Buffer.concat([bytes('{"clusterId":"'), Buffer.from([0xff, 0xfe]), bytes('"}')]);

    expect(parseHint(body)).toMatchObject({
      kind: "unintelligible",
      because: expect.stringContaining("JSON"),
    });
  });

  test("a body larger than any event is refused unread, one of just that size is not", () => {
    const padded = (size: number) => bytes(JSON.stringify({ clusterId: CLUSTER }).padEnd(size, " "));

    expect(parseHint(padded(MAX_HINT_BYTES))).toEqual(toCluster);
    expect(parseHint(padded(MAX_HINT_BYTES + 1))).toEqual({
      kind: "unintelligible",
      because: "The body has more than 1048576 bytes.",
    });
  });

  test("the reason names the field, not what a stranger wrote into it", () => {
    const hint = parsed({ clusterId: "hunter2" });

    expect(hint).toMatchObject({
      because: expect.stringContaining("clusterId is not the ARM id of a managed cluster"),
    });
    expect(JSON.stringify(hint)).not.toContain("hunter2");
  });

  test("law: no JSON makes it throw, and nothing reaches the prototype of everything", () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const eventLike = fc.record(
      { data: json, subject: json, eventType: json, connectionId: json, clusterId: json, type: json },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.oneof(json, eventLike), (value) => {
        expect(["hint", "unintelligible"]).toContain(understandHint(value).kind);
      }),
    );
    expect(Object.prototype).not.toHaveProperty("clusterId");
  });

  test("law: no bytes make it throw, and the reason stays short", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        const hint = parseHint(body);

        if (hint.kind === "unintelligible") expect(hint.because.length).toBeLessThanOrEqual(500);
      }),
    );
  });
});
