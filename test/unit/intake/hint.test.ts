import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_HINT_BYTES, parseHint, understandHint } from "../../../shared/intake/hint.ts";
import { aClusterId, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";
import { delivered, eventOf } from "../../fixtures/events.ts";

const CLUSTER = aClusterId();
const CONNECTION = aConnectionId();

const bytes = (text: string) => new TextEncoder().encode(text);
const parsed = (json: unknown) => parseHint(bytes(JSON.stringify(json)));

const singular = (id: string) => id.replace("/managedclusters/", "/managedCluster/");
const WRAPPING = "@\u0006string\u00083http://schemas.microsoft.com/2003/10/Serialization/";
/** As DataContractSerializer writes a string in binary XML: one text record, and what comes behind it. */
function wrapped(text: string, record: number, end: readonly number[]): Buffer {
  const content = Buffer.from(text);
  const length = record >= 0x9a && record < 0xa0 ? Buffer.alloc(2) : Buffer.alloc(1);
  length.writeUIntLE(content.length, 0, length.length);
  return Buffer.concat([Buffer.from(WRAPPING), Buffer.from([record]), length, content, Buffer.from(end)]);
}

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

describe("an event of a write by the app itself", () => {
  const OWN = "1F2E3D4C-5b6a-4978-8695-a4b3c2d1e0f9";
  const writtenBy = (claims: unknown, operation = "write") => {
    const event = doing(
      `Microsoft.ContainerService/managedClusters/privateEndpointConnections/${operation}`,
      connectionWritten,
    );
    return { ...event, data: { ...event.data, claims } };
  };

  test("is nothing to look at, since the app looked what came of it", () => {
    const { hint } = understandHint(connectionWritten, OWN) as { hint?: object };

    expect(hint).toEqual({ kind: "irrelevant", because: "The app wrote this itself." });
  });

  test.each([
    ["somebody else wrote", connectionWritten, "d4e8fa0c-3152-4d6e-bf70-819203142534"],
    ["its own identity is not known to it", connectionWritten, undefined],
    ["nobody is named", writtenBy(undefined), OWN],
    ["claims are something else", writtenBy("none"), OWN],
    ["the application is no text", writtenBy({ appid: [OWN] }), OWN],
    ["it was deleted", writtenBy({ appid: OWN }, "delete"), OWN],
  ])("is looked at when %s", (_case, event, own) => {
    expect(understandHint(event, own)).toEqual(toConnection);
  });
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
    ["also where that is called data", { clusterId: CLUSTER, data: { build: 7 } }, toCluster],
    ["a message in capitals", { connectionId: CONNECTION.toUpperCase() }, toConnection],
    ["a message in an array of one", [{ connectionId: CONNECTION }], toConnection],
  ])("%s", (_name, json, expected) => {
    expect(parsed(json)).toEqual(expected);
  });

  const { data: written } = connectionWritten;
  test.each([
    ["a connection as ARM itself lists it", { connectionId: singular(CONNECTION) }, toConnection],
    ["a cluster as ARM spells it in that", { clusterId: singular(CLUSTER) }, toCluster],
    [
      "an event about such an id",
      { ...connectionWritten, data: { ...written, resourceUri: singular(CONNECTION) } },
      toConnection,
    ],
    [
      "an event with an empty resource and a good subject",
      { ...connectionWritten, subject: CONNECTION, data: { ...written, resourceUri: "" } },
      toConnection,
    ],
    ["JSON in a JSON text", JSON.stringify({ connectionId: CONNECTION }), toConnection],
  ])("%s", (_name, json, expected) => {
    expect(parsed(json)).toEqual(expected);
  });

  test.each([
    ["a short one", { clusterId: CLUSTER }, 0x99, [0x01]],
    ["one that is closed on its own", { clusterId: CLUSTER }, 0x98, [0x01]],
    ["one of more than 255 bytes", { clusterId: CLUSTER, note: "x".repeat(300) }, 0x9b, []],
  ] as const)("the string of a .NET sender, as its serialiser wraps it: %s", (_name, json, record, end) => {
    expect(parseHint(wrapped(JSON.stringify(json), record, end))).toEqual(toCluster);
  });

  test.each([
    ["a write that failed", "Microsoft.Resources.ResourceWriteFailure"],
    ["a write that was cancelled", "Microsoft.Resources.ResourceWriteCancel"],
    ["a deletion that failed", "Microsoft.Resources.ResourceDeleteFailure"],
  ])("an event of %s is no reason to look", (_name, eventType) => {
    expect(parsed({ ...endpointWritten, eventType })).toEqual({
      kind: "hint",
      hint: { kind: "irrelevant", because: "The event is about an operation that failed." },
    });
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

describe("the reason names what the body seems to be", () => {
  const json = JSON.stringify({ clusterId: CLUSTER });

  test.each([
    ["compressed", gzipSync(json), "The body is compressed (gzip); send JSON in UTF-8."],
    ["UTF-16", Buffer.from(json, "utf16le"), "The body is UTF-16; send JSON in UTF-8."],
    [
      "UTF-16 with its mark",
      Buffer.from(`\ufeff${json}`, "utf16le"),
      "The body is UTF-16; send JSON in UTF-8.",
    ],
    [
      "UTF-16 of the other order",
      Buffer.from(json, "utf16le").swap16(),
      "The body is UTF-16; send JSON in UTF-8.",
    ],
    [
      "wrapped, and cut",
      wrapped(json, 0x99, []).subarray(0, -1),
      "The body is wrapped by .NET's DataContractSerializer, and cut or strange.",
    ],
    [
      "wrapped, with records of another sort",
      wrapped(json, 0xb7, []),
      "The body is wrapped by .NET's DataContractSerializer, and cut or strange.",
    ],
    [
      "a JSON text of words",
      bytes(JSON.stringify("hello")),
      "The body is a JSON text, and not of a JSON object.",
    ],
    [
      "a text in a text in a text",
      bytes(JSON.stringify(JSON.stringify(json))),
      "The body is a JSON text, and not of a JSON object.",
    ],
  ])("%s", (_name, body, because) => {
    expect(parseHint(body)).toEqual({ kind: "unintelligible", because });
  });

  test("law: no wrapped bytes make it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
        const hint = parseHint(Buffer.concat([Buffer.from(WRAPPING), rest]));

        expect(["hint", "unintelligible"]).toContain(hint.kind);
      }),
    );
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
    const hint = parseHint(bytes(body));

    expect(hint).toMatchObject({ kind: "unintelligible" });
    expect(hint).not.toMatchObject({ because: expect.stringMatching(/Invalid|expected|received/) });
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
