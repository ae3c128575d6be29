import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answered } from "../../../../infra/local/arm/connection.ts";
import { ArmError } from "../../../../infra/local/arm/errors.ts";
import { clusterId, keyOf, parseClusterId, pathSegments } from "../../../../infra/local/arm/ids.ts";
import { matchRoute } from "../../../../infra/local/arm/routes.ts";
import { type Connection, ConnectionStatus } from "../../../../infra/local/arm/schemas.ts";

const C1 = clusterId({
  subscription: "00000000-0000-4000-8000-000000000001",
  resourceGroup: "rg1",
  cluster: "c1",
});

const statuses = fc.constantFrom(...ConnectionStatus.options);

const pending: Connection = {
  clusterId: C1,
  name: "pe.x",
  privateEndpointId: "/subscriptions/s/pe",
  status: "Pending",
  provisioningState: "Succeeded",
};

/** The connection after one PUT, refused or not. */
function put(connection: Connection, status: ConnectionStatus): Connection {
  try {
    return answered(connection, { properties: { privateLinkServiceConnectionState: { status } } });
  } catch (error) {
    if (error instanceof ArmError) return connection;
    throw error;
  }
}

describe("laws of this ARM", () => {
  test("whatever is put, in whatever order: what was rejected stays rejected, what was answered is never Pending again", () => {
    fc.assert(
      fc.property(fc.array(statuses), (wishes) => {
        const life = [pending];
        for (const wish of wishes) life.push(put(life.at(-1) ?? pending, wish));

        const seen = life.map(({ status }) => status);
        const rejected = seen.indexOf("Rejected");
        const answeredAt = seen.findIndex((status) => status !== "Pending");

        expect(rejected < 0 || seen.slice(rejected).every((status) => status === "Rejected")).toBe(true);
        expect(answeredAt < 0 || !seen.slice(answeredAt).includes("Pending")).toBe(true);
      }),
    );
  });

  test("no path makes it stumble: a path has a route or is refused", () => {
    const segment = fc.oneof(
      fc.constantFrom(...C1.split("/"), "privateEndpointConnections", "..", "%2f", "%", ""),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 12 }), (segments) => {
        try {
          expect(matchRoute("GET", pathSegments(`/${segments.join("/")}`)).behaviour).toBeTypeOf("function");
        } catch (error) {
          expect(error).toBeInstanceOf(ArmError);
        }
      }),
    );
  });

  test("two spellings of a cluster's id are one key, and an id is read as it was written", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,20}[a-zA-Z0-9])?$/);
    fc.assert(
      fc.property(fc.uuid(), name, name, (subscription, resourceGroup, cluster) => {
        const address = { subscription, resourceGroup, cluster };
        const id = clusterId(address);

        expect(parseClusterId(id)).toEqual(address);
        expect(keyOf(id.toUpperCase())).toBe(keyOf(id));
        expect(parseClusterId(`${id}/privateEndpointConnections/x`)).toBeUndefined();
        expect(parseClusterId(`${id}?api-version=2026-01-01`)).toBeUndefined();
      }),
    );
  });
});
