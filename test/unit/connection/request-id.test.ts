import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConnectionId, PrivateEndpointId } from "../../../shared/connection/arm-id.ts";
import { Instant, instant, RequestId, requestIdOf } from "../../../shared/connection/connection.ts";
import { aClusterId, aConnectionId, anEndpoint } from "../../fixtures/builders.ts";

const endpointId = (name: string) => PrivateEndpointId.parse(anEndpoint(name));

describe("requestIdOf", () => {
  test("is the documented hash, so that instances of an older deployment are found again", () => {
    // printf '%s|%s' <connection> <endpoint> | sha256sum
    const connection = ConnectionId.parse(
      "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-prod/privateEndpointConnections/pe-payments.1",
    );

    expect(requestIdOf(connection, endpointId("pe-payments"))).toBe("pec-1ae34a6797e69455f6caaad31eb6c7bb");
    expect(requestIdOf(connection, null)).toBe("pec-2c241952a9eb6100ff3f1e0be5141f45");
  });

  test("is another one for another connection, another cluster, another endpoint and for none", () => {
    const ids = [
      requestIdOf(aConnectionId("a"), endpointId("pe")),
      requestIdOf(aConnectionId("b"), endpointId("pe")),
      requestIdOf(aConnectionId("a", aClusterId("aks-test")), endpointId("pe")),
      requestIdOf(aConnectionId("a"), endpointId("pe-2")),
      requestIdOf(aConnectionId("a"), null),
    ];

    expect(new Set(ids).size).toBe(5);
  });

  test("whatever the connection is called, Durable takes it as an instance id", () => {
    const name = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_."), minLength: 1, maxLength: 80 });

    fc.assert(
      fc.property(name, (text) => {
        const id = ConnectionId.safeParse(`${aClusterId()}/privateEndpointConnections/${text}`);

        if (id.success) expect(requestIdOf(id.data, null)).toMatch(/^pec-[0-9a-f]{32}$/);
      }),
    );
  });
});

describe("a request's id", () => {
  test.each([
    ["without its prefix", "0123456789abcdef0123456789abcdef"],
    ["in capitals", "pec-0123456789ABCDEF0123456789ABCDEF"],
    ["too short", "pec-0123456789abcdef0123456789abcde"],
    ["too long", "pec-0123456789abcdef0123456789abcdef0"],
    ["of a later round", "pec-0123456789abcdef0123456789abcdef-2"],
    ["with a newline", "pec-0123456789abcdef0123456789abcdef\n"],
    ["that climbs", "pec-../../../../../../../../../../../.."],
  ])("%s is none", (_name, text) => {
    expect(RequestId.safeParse(text).success).toBe(false);
  });
});

describe("a moment", () => {
  test("is written in UTC with milliseconds", () => {
    expect(instant(0)).toBe("1970-01-01T00:00:00.000Z");
  });

  test.each([
    ["local time", "2026-03-02T09:00:00"],
    ["an offset", "2026-03-02T09:00:00+01:00"],
    ["a date", "2026-03-02"],
    ["a day that is not", "2026-02-30T09:00:00.000Z"],
    ["a number", "1772442000000"],
  ])("%s is none", (_name, text) => {
    expect(Instant.safeParse(text).success).toBe(false);
  });
});
