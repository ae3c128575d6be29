import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_HINT_BYTES, parseHint, understandHint } from "../../../shared/intake/hint.ts";

const CLUSTER =
  "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-prod";
const CONNECTION = `${CLUSTER}/privateEndpointConnections/pe-payments.1`;
const ENDPOINT =
  "/subscriptions/3e9e0d50-1ff8-4789-acc6-7d571bd52f17/resourceGroups/rg-payments/providers/Microsoft.Network/privateEndpoints/pe-payments";

const bytes = (text: string) => new TextEncoder().encode(text);
const parsed = (json: unknown) => parseHint(bytes(JSON.stringify(json)));

/** As ARM sends it in the Event Grid schema. */
const gridEvent = (operationName: string, resourceUri: string) => ({
  id: "5f1b0e6a",
  topic: "/subscriptions/3e9e0d50-1ff8-4789-acc6-7d571bd52f17",
  subject: resourceUri,
  eventType: "Microsoft.Resources.ResourceWriteSuccess",
  eventTime: "2026-03-02T09:00:00.0000000Z",
  data: { operationName, resourceUri, status: "Succeeded" },
  dataVersion: "2",
  metadataVersion: "1",
});

/** The same as CloudEvents 1.0. */
const cloudEvent = (operationName: string, resourceUri: string) => ({
  id: "5f1b0e6a",
  source: "/subscriptions/3e9e0d50-1ff8-4789-acc6-7d571bd52f17",
  subject: resourceUri,
  type: "Microsoft.Resources.ResourceWriteSuccess",
  time: "2026-03-02T09:00:00.0000000Z",
  specversion: "1.0",
  data: { operationName, resourceUri },
});

const toConnection = { kind: "hint", hint: { kind: "connection", connectionId: CONNECTION.toLowerCase() } };
const toCluster = { kind: "hint", hint: { kind: "cluster", clusterId: CLUSTER.toLowerCase() } };
const toEndpoint = {
  kind: "hint",
  hint: { kind: "privateEndpoint", privateEndpointId: ENDPOINT.toLowerCase() },
};
const PE_WRITE = "Microsoft.Network/privateEndpoints/write";
const PEC = "Microsoft.ContainerService/managedClusters/privateEndpointConnections";

describe("what is understood", () => {
  test.each([
    ["an endpoint was written", gridEvent(PE_WRITE, ENDPOINT), toEndpoint],
    ["an endpoint was deleted", gridEvent("Microsoft.Network/privateEndpoints/delete", ENDPOINT), toEndpoint],
    ["a connection was written", gridEvent(`${PEC}/write`, CONNECTION), toConnection],
    ["a connection was deleted", gridEvent(`${PEC}/delete`, CONNECTION), toConnection],
    ["an event in an array of one", [gridEvent(PE_WRITE, ENDPOINT)], toEndpoint],
    ["an event in capitals", gridEvent(PE_WRITE.toUpperCase(), ENDPOINT.toUpperCase()), toEndpoint],
    ["a cloud event", cloudEvent(`${PEC}/write`, CONNECTION), toConnection],
    ["a cloud event in an array of one", [cloudEvent(PE_WRITE, ENDPOINT)], toEndpoint],
    [
      "an event that names its resource only as subject",
      { eventType: "x", subject: ENDPOINT, data: { operationName: PE_WRITE } },
      toEndpoint,
    ],
    ["a message about a connection", { connectionId: CONNECTION }, toConnection],
    ["a message about a cluster", { clusterId: CLUSTER }, toCluster],
    ["a message with more in it", { clusterId: CLUSTER, note: "please", $schema: 1 }, toCluster],
    ["a message in an array of one", [{ connectionId: CONNECTION }], toConnection],
  ])("%s", (_name, json, expected) => {
    expect(parsed(json)).toEqual(expected);
  });

  test("a byte order mark before the JSON is no harm", () => {
    expect(parseHint(bytes(`\ufeff${JSON.stringify({ clusterId: CLUSTER })}`))).toEqual(toCluster);
  });

  test.each([
    ["of another resource", gridEvent("Microsoft.Compute/virtualMachines/write", "/subscriptions/x")],
    ["of the cluster itself", gridEvent("Microsoft.ContainerService/managedClusters/write", CLUSTER)],
    [
      "of an endpoint's child",
      gridEvent("Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write", ENDPOINT),
    ],
    ["of a reading", gridEvent("Microsoft.Network/privateEndpoints/read", ENDPOINT)],
  ])("an event %s is irrelevant, and no mistake", (_name, event) => {
    expect(parsed(event)).toMatchObject({ kind: "hint", hint: { kind: "irrelevant" } });
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
    ["data of null", JSON.stringify({ ...gridEvent(PE_WRITE, ENDPOINT), data: null })],
    ["an event without a type", JSON.stringify({ data: { operationName: PE_WRITE, resourceUri: ENDPOINT } })],
    [
      "CloudEvents of another version",
      JSON.stringify({ ...cloudEvent(PE_WRITE, ENDPOINT), specversion: "0.3" }),
    ],
    ["an event about an endpoint that names none", JSON.stringify(gridEvent(PE_WRITE, CLUSTER))],
    ["an event about a connection that names none", JSON.stringify(gridEvent(`${PEC}/write`, ENDPOINT))],
    ["an event that names nothing", JSON.stringify({ eventType: "x", data: { operationName: PE_WRITE } })],
    ["a handshake of Event Grid", JSON.stringify({ eventType: "x", data: { validationCode: "1" } })],
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
