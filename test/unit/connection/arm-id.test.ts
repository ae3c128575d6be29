import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  armName,
  ClusterId,
  ClusterScope,
  ConnectionId,
  clusterOf,
  connectionIdOf,
  connectionName,
  isWithin,
  PrivateEndpointId,
  ShownClusterId,
  ShownConnectionId,
} from "../../../shared/connection/arm-id.ts";
import { everyLetter, ordinalUpper } from "../text/ordinal.ts";

const SUBSCRIPTION = "9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43";

const cluster = ({ subscription = SUBSCRIPTION, group = "rg-aks", name = "aks-prod" } = {}) =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
const connection = (name = "pe-payments.3cd95037") => `${cluster()}/privateEndpointConnections/${name}`;
const endpoint = ({ group = "rg-payments", name = "pe-payments" } = {}) =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Network/privateEndpoints/${name}`;

describe("an ARM id that satisfies the documented rules is understood", () => {
  test.each([
    ["one character for a cluster", cluster({ name: "a" })],
    ["63 characters for a cluster", cluster({ name: "a".repeat(63) })],
    ["90 characters for a resource group", cluster({ group: "g".repeat(90) })],
    ["a resource group with every sign that is allowed", cluster({ group: "A_b-(c).9" })],
    ["a resource group with letters beyond ASCII", cluster({ group: "rg-größe-東京" })],
  ])("%s", (_name, id) => {
    expect(ClusterId.safeParse(id).success).toBe(true);
  });

  test("a connection is named as AKS names it, by the endpoint and a guid", () => {
    const id = ConnectionId.parse(connection("kube-apiserver.3cd95037-5fd1-4f3d-b341-699acc5351a4"));

    expect(connectionName(id)).toBe("kube-apiserver.3cd95037-5fd1-4f3d-b341-699acc5351a4");
  });
});

describe("a connection is named as ARM lists it, whatever rule there is for such names", () => {
  test.each([
    ["a colon", "pe-payments:1"],
    ["blanks and brackets", "pe (1)"],
    ["letters beyond ASCII", "pé.1"],
    ["260 characters", "p".repeat(260)],
  ])("%s", (_name, name) => {
    const id = ConnectionId.parse(connection(name));

    expect(connectionName(id)).toBe(name);
    expect(connectionIdOf(clusterOf(id), name)).toBe(id);
  });
});

describe("an id as ARM itself shows it, with managedCluster in the singular", () => {
  const singular = (id: string) => id.replace("/managedClusters/", "/managedCluster/");

  test("is that of the cluster, and of the connection", () => {
    expect(ShownConnectionId.parse(singular(connection()))).toBe(ConnectionId.parse(connection()));
    expect(ShownClusterId.parse(singular(cluster()))).toBe(ClusterId.parse(cluster()));
    expect(ShownConnectionId.parse(connection())).toBe(ConnectionId.parse(connection()));
  });

  test("is taken out of messages alone: everywhere else there is one spelling", () => {
    expect(ConnectionId.safeParse(singular(connection())).success).toBe(false);
    expect(ShownConnectionId.safeParse(`${singular(connection())}/../x`).success).toBe(false);
  });
});

describe("what could widen the path of a call to ARM is no ARM id", () => {
  test.each([
    ["nothing", ""],
    ["a path only", "/"],
    ["two dots as a resource group", cluster({ group: ".." })],
    ["one dot as a resource group", cluster({ group: "." })],
    ["a resource group that ends in a period", cluster({ group: "rg." })],
    ["a resource group of 91 characters", cluster({ group: "g".repeat(91) })],
    ["an empty resource group", cluster({ group: "" })],
    ["a space", cluster({ group: "rg aks" })],
    ["an escaped slash", cluster({ name: "aks%2f..%2f..%2fother" })],
    ["a query", `${cluster()}?api-version=1999-01-01`],
    ["a fragment", `${cluster()}#x`],
    ["a backslash", cluster({ name: "aks\\prod" })],
    ["a cluster of 64 characters", cluster({ name: "a".repeat(64) })],
    ["a cluster that ends in a hyphen", cluster({ name: "aks-" })],
    ["a missing segment", cluster().replace("/managedClusters", "")],
    ["an extra segment", `${cluster()}/agentPools`],
    ["a slash at the end", `${cluster()}/`],
    ["two slashes", cluster().replace("/providers", "//providers")],
    ["another provider", cluster().replace("ContainerService", "Network")],
    ["a provider with another sign for its dot", cluster().replace("Microsoft.C", "MicrosoftxC")],
    ["a subscription that is no GUID", cluster({ subscription: "my-subscription" })],
    ["a newline at the end", `${cluster()}\n`],
    ["a newline within", cluster({ group: "rg\naks" })],
    ["a null character", cluster({ name: "aks\u0000" })],
    ["a space before", ` ${cluster()}`],
    ["a host before", `https://management.azure.com${cluster()}`],
    ["10,000 characters", `${cluster()}${"a".repeat(10_000)}`],
  ])("%s", (_name, id) => {
    expect(ClusterId.safeParse(id).success).toBe(false);
  });

  test.each([
    ["a name of dots", ".."],
    ["a name that climbs", "../../x"],
    ["an escaped dot", "%2e%2e"],
    ["an empty name", ""],
    ["a name of 261 characters", "a".repeat(261)],
    ["a query", "pe?x"],
    ["a fragment", "pe#x"],
    ["an escaped slash", "pe%2fx"],
    ["a backslash", "pe\\x"],
    ["a control character", "pe\u0007"],
    ["a sign that has no width", "pe\u200bx"],
    ["half a character", "pe\ud800"],
  ])("as a connection: %s", (_name, name) => {
    expect(ConnectionId.safeParse(connection(name)).success).toBe(false);
    expect(() => connectionIdOf(ClusterId.parse(cluster()), name)).toThrow();
  });

  test("an id that is far too long is refused before a pattern looks at it", () => {
    const parsed = ClusterId.safeParse(`${cluster()}${"a".repeat(10_000)}`);

    expect(parsed.error?.issues.map(({ code }) => code)).toEqual(["too_big"]);
  });

  test("a refusal never repeats what was refused", () => {
    const parsed = ConnectionId.safeParse("/subscriptions/secret-token/x");

    expect(JSON.stringify(parsed.error?.issues)).not.toContain("secret-token");
  });
});

describe("a letter that only looks like another one takes nobody's key", () => {
  test.each([
    ["the Kelvin sign, whose lower case is a k", "rg-bac\u212Aup"],
    ["the dotted capital I, whose lower case is two characters", "rg-b\u0130lling"],
    ["the Ångström sign, whose lower case is an å", "rg-\u212Bl"],
    ["the ohm sign, whose lower case is an omega", "rg-\u2126"],
    ["the capital sharp s, whose lower case is a ß", "rg-stra\u1E9Ee"],
    ["the capital theta symbol, whose lower case is a theta", "rg-\u03F4"],
  ])("%s", (_name, group) => {
    expect(PrivateEndpointId.safeParse(endpoint({ group })).success).toBe(false);
    expect(ClusterId.safeParse(cluster({ group })).success).toBe(false);
  });

  test("nor does any other letter of Unicode: whose lower case is another's, ARM holds to be that other one", () => {
    const takers = everyLetter().filter((letter) => {
      const lower = letter.toLowerCase();
      return lower !== letter && ordinalUpper(lower) !== ordinalUpper(letter);
    });

    expect(takers.length).toBeGreaterThan(0);
    for (const letter of takers)
      expect(PrivateEndpointId.safeParse(endpoint({ group: `rg-${letter}` })).success).toBe(false);
  });

  test("90 letters that become longer in lower case do not slip past the limit", () => {
    expect(PrivateEndpointId.safeParse(endpoint({ group: "\u0130".repeat(90) })).success).toBe(false);
  });
});

describe("a scope is a subscription, a resource group or a cluster", () => {
  test.each([
    ["its subscription", `/subscriptions/${SUBSCRIPTION}`, true],
    ["its subscription in capitals", `/SUBSCRIPTIONS/${SUBSCRIPTION.toUpperCase()}`, true],
    ["its resource group", `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-aks`, true],
    ["itself", cluster(), true],
    [
      "a resource group whose name only begins so",
      `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ak`,
      false,
    ],
    ["a cluster whose name only begins so", cluster({ name: "aks-pro" }), false],
    ["another subscription", `/subscriptions/${SUBSCRIPTION.replace("9", "8")}`, false],
  ])("a cluster and %s: %s is %s", (_name, scope, expected) => {
    expect(isWithin(ClusterId.parse(cluster()), ClusterScope.parse(scope))).toBe(expected);
  });

  test.each([
    ["all of Azure", "/"],
    ["a scope with a slash at its end", `/subscriptions/${SUBSCRIPTION}/`],
    ["a management group", "/providers/Microsoft.Management/managementGroups/all"],
    ["another resource", endpoint()],
    ["a subscription followed by dots", `/subscriptions/${SUBSCRIPTION}/..`],
  ])("%s is none", (_name, scope) => {
    expect(ClusterScope.safeParse(scope).success).toBe(false);
  });
});

describe("laws", () => {
  const letters = (alphabet: string, min: number, max: number) =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
  const name = letters("abcXYZ019_", 1, 40);
  const group = letters("abcXYZ019-_()", 1, 90);
  const anyCase = (text: string) =>
    fc
      .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
      .map((upper) =>
        [...text].map((char, n) => (upper[n] ? char.toUpperCase() : char.toLowerCase())).join(""),
      );

  test("two spellings of an ARM id are one id", () => {
    const spellings = fc
      .tuple(group, name)
      .map((parts) => `${cluster({ group: parts[0], name: "aks" })}/privateEndpointConnections/${parts[1]}`)
      .chain((id) => fc.tuple(anyCase(id), anyCase(id)));

    fc.assert(
      fc.property(spellings, ([one, other]) => {
        expect(ConnectionId.parse(one)).toBe(ConnectionId.parse(other));
      }),
    );
  });

  test("a connection's id can be taken apart and put together again", () => {
    fc.assert(
      fc.property(group, name, (aGroup, aName) => {
        const id = ConnectionId.parse(`${cluster({ group: aGroup })}/privateEndpointConnections/${aName}`);

        expect(connectionIdOf(clusterOf(id), connectionName(id))).toBe(id);
        expect(armName(clusterOf(id))).toEqual({
          subscription: SUBSCRIPTION,
          resourceGroup: aGroup.toLowerCase(),
          name: "aks-prod",
        });
      }),
    );
  });

  test("no name makes an id of more or fewer segments, or one that climbs", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", ".", "%2e%2e", "a/b", "a?b", "a#b", "a\\b"),
    );

    fc.assert(
      fc.property(hostile, hostile, (aGroup, aName) => {
        const parsed = PrivateEndpointId.safeParse(endpoint({ group: aGroup, name: aName }));

        if (!parsed.success) return;
        expect(parsed.data.split("/")).toHaveLength(9);
        expect(new URL(parsed.data, "https://arm.example").pathname.toLowerCase()).toBe(
          encodeURI(parsed.data).toLowerCase(),
        );
      }),
    );
  });

  test("parsing what was parsed changes nothing", () => {
    fc.assert(
      fc.property(group, (aGroup) => {
        const id = ClusterId.parse(cluster({ group: aGroup }));

        expect(ClusterId.parse(id)).toBe(id);
      }),
    );
  });
});
