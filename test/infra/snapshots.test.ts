import { describe, expect, test } from "vitest";
import { describeSettings, parseConfig } from "../../shared/config.ts";
import { deployed, ofType, type Resource } from "./snapshots.ts";

const MAIN = ["default", "private-network", "scheduler", "nothing-ready", "policy-in-blob"] as const;
const APPROVER = [
  "Microsoft.ContainerService/managedClusters/privateEndpointConnections/read",
  "Microsoft.ContainerService/managedClusters/privateEndpointConnections/write",
  "Microsoft.ContainerService/managedClusters/privateEndpointConnectionsApproval/action",
  "Microsoft.ContainerService/managedClusters/read",
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
];
const RECORDS = [
  "Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action",
  "Microsoft.Storage/storageAccounts/tableServices/tables/entities/read",
];
const DIGESTS = [
  "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action",
  "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
];

const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
const POLICY_READER = [`${BLOBS}/read`];
const POLICY_WRITER = [`${BLOBS}/read`, `${BLOBS}/write`];

/** As the parameters name it. */
const POLICY_WRITER_ID = "c7d9e2b4-5f60-4a1b-9c2d-3e4f50617283";

const one = (resources: readonly Resource[], type: string, name = ""): Resource => {
  const [found, ...others] = ofType(resources, type).filter((resource) => resource.name.includes(name));
  if (found === undefined || others.length > 0) throw new Error(`There is not one ${type} ${name}.`);
  return found;
};
/** What the roles of a deployment allow, each in order. */
const allowed = (resources: readonly Resource[]): string[][] =>
  ofType(resources, "Microsoft.Authorization/roleDefinitions").map(({ properties }) =>
    (properties.permissions as { actions: string[]; dataActions: string[] }[])
      .flatMap(({ actions, dataActions }) => [...actions, ...dataActions])
      .toSorted(),
  );

describe.each(MAIN)("deployed as %s", (name) => {
  test("nothing takes a key: every door asks for an identity", () => {
    const resources = deployed(name);

    for (const account of ofType(resources, "Microsoft.Storage/storageAccounts"))
      expect(account.properties).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        minimumTlsVersion: "TLS1_2",
        supportsHttpsTrafficOnly: true,
      });
    expect(one(resources, "Microsoft.ServiceBus/namespaces").properties).toMatchObject({
      disableLocalAuth: true,
      minimumTlsVersion: "1.2",
    });
    expect(one(resources, "Microsoft.Insights/components").properties).toMatchObject({
      DisableLocalAuth: true,
    });
    expect(one(resources, "Microsoft.OperationalInsights/workspaces").properties).toMatchObject({
      features: { disableLocalAuth: true },
    });
    expect(one(resources, "Microsoft.KeyVault/vaults").properties).toMatchObject({
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
    });
    for (const { properties } of ofType(resources, "Microsoft.Web/sites/basicPublishingCredentialsPolicies"))
      expect(properties).toEqual({ allow: false });
    expect(JSON.stringify(resources)).not.toMatch(/listKeys|AccountKey=|SharedAccessKey|InstrumentationKey/);
  });

  test("the app is on Flex Consumption, with https alone and the identity for its package", () => {
    const { properties } = one(deployed(name), "Microsoft.Web/sites");

    expect(properties).toMatchObject({
      httpsOnly: true,
      siteConfig: { minTlsVersion: "1.2" },
      functionAppConfig: {
        deployment: { storage: { type: "blobContainer", authentication: { type: "UserAssignedIdentity" } } },
        runtime: { name: "node", version: name === "scheduler" ? "22" : "24" },
        scaleAndConcurrency: {
          instanceMemoryMB: 2048,
          alwaysReady: name === "nothing-ready" ? [] : [{ name: "durable", instanceCount: 1 }],
        },
      },
    });
  });

  test("the app may add to records and digests and read its policy, and change or delete none of them", () => {
    const resources = deployed(name);

    const writers = name === "policy-in-blob" ? [POLICY_WRITER] : [];
    expect(allowed(resources)).toEqual([RECORDS, DIGESTS, POLICY_READER, ...writers]);
    const onTrail = ofType(resources, "Microsoft.Authorization/roleAssignments").filter(
      ({ id, properties }) => id.includes("sttrail") && properties.principalId !== POLICY_WRITER_ID,
    );
    const places = onTrail.map(({ id }) => /(?:tables|containers)\/(\w+)'/.exec(id)?.[1]).toSorted();
    expect(places).toEqual(["auditaccesses", "auditrecords", "auditviews", "digests", "policy"]);
  });

  test("the trail cannot be deleted by mistake, and a digest cannot be changed by anybody", () => {
    const resources = deployed(name);

    expect(one(resources, "Microsoft.Authorization/locks")).toMatchObject({
      id: expect.stringContaining("sttrail"),
      properties: { level: "CanNotDelete" },
    });
    expect(
      one(resources, "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies")
        .properties,
    ).toEqual({ immutabilityPeriodSinceCreationInDays: 365, allowProtectedAppendWrites: false });
  });

  test("every identity is said to be what it is", () => {
    for (const { properties } of ofType(deployed(name), "Microsoft.Authorization/roleAssignments"))
      if (!String(properties.principalId).startsWith("a1b5c7d9"))
        expect(properties.principalType).toBe("ServicePrincipal");
  });

  test("all that the app must be told is among its settings, and nothing that it does not know", () => {
    const settings = one(deployed(name), "Microsoft.Web/sites/config").properties as Record<string, string>;
    const knownNames = describeSettings().map((setting) => setting.name);
    const own = Object.keys(settings).filter(
      (key) =>
        !/^(AzureWebJobsStorage__|AzureFunctionsJobHost__|APPLICATIONINSIGHTS_|DURABLE_TASK_)/.test(key),
    );

    expect(own.filter((key) => !knownNames.includes(key) && !/^ServiceBus__/.test(key))).toEqual([]);
    const keys = { RECORD_KEYS: `main:${"A".repeat(44)}`, LINK_KEYS: "A".repeat(44) };
    const plain = {
      AUDIT_STORE: "https://sttrail.table.core.windows.net",
      DIGESTS: "https://sttrail.blob.core.windows.net/digests",
      ServiceBus__fullyQualifiedNamespace: "sb.servicebus.windows.net",
      AZURE_CLIENT_ID: "d4e8fa0c-3152-4d6e-bf70-819203142534",
      APPLICATIONINSIGHTS_CONNECTION_STRING:
        "InstrumentationKey=5a7c9e10-2b4d-4f68-8a0c-1e3f5a7b9c0d;IngestionEndpoint=https://germanywestcentral-1.in.applicationinsights.azure.com/",
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING:
        "ClientId=d4e8fa0c-3152-4d6e-bf70-819203142534;Authorization=AAD",
      ServiceBus__clientId: "d4e8fa0c-3152-4d6e-bf70-819203142534",
    };
    expect(() => parseConfig({ ...settings, ...plain, ...keys })).not.toThrow();
  });

  test("what happened is kept in the workspace: of the trail, the host's storage, the queue, the vault and the app", () => {
    const places = ofType(deployed(name), "Microsoft.Insights/diagnosticSettings").map(({ id }) => id);

    for (const place of ["sttrail", "sthost", "sb-approvals", "vaults/kv-", "sites/func-approvals"])
      expect(
        places.some((id) => id.includes(place)),
        place,
      ).toBe(true);
  });

  test("somebody is told when it fails, and each alert says what to do", () => {
    const resources = deployed(name);
    const rules = ofType(resources, "Microsoft.Insights/scheduledQueryRules");

    expect(rules.map((rule) => rule.name).toSorted()).toEqual([
      "alert-answered-elsewhere",
      "alert-arm-forbids",
      "alert-digest-late",
      "alert-digest-missing",
      "alert-no-telemetry",
      "alert-nobody-told",
      "alert-policy-refused",
      "alert-record-altered",
      "alert-start-failed",
      "alert-sweep-failed",
      "alert-sweep-incomplete",
      "alert-waits-beyond-deadline",
    ]);
    for (const { properties } of rules) expect(String(properties.description).length).toBeGreaterThan(40);
    expect(ofType(resources, "Microsoft.Insights/metricAlerts")).toHaveLength(2);
  });
});

describe("where the policy is", () => {
  const settingsOf = (name: string) => one(deployed(name), "Microsoft.Web/sites/config").properties;

  test("it is that of the package, or the blob: one parameter says which, and keys make it need signatures", () => {
    expect(settingsOf("default")).toMatchObject({
      POLICY: "policy.json",
      POLICY_KEYS: "",
      POLICY_SIGNATURES: "",
    });
    expect(settingsOf("policy-in-blob")).toMatchObject({
      POLICY: expect.stringMatching(/blob.+\/policy\.json/),
      POLICY_KEYS: expect.stringMatching(/^ana:/),
      POLICY_SIGNATURES: "1",
    });
  });

  test("settings that are said beside stay when it is deployed again, such as the brakes", () => {
    expect(settingsOf("policy-in-blob")).toMatchObject({ KILL_SWITCH: "on", WRITES: "off" });
    expect(settingsOf("default")).not.toHaveProperty("KILL_SWITCH");
  });

  test("its container keeps every version, shows nothing to strangers, and only the pipeline's principal writes there", () => {
    const resources = deployed("policy-in-blob");

    const container = one(resources, "Microsoft.Storage/storageAccounts/blobServices/containers", "policy");
    expect(container.properties).toMatchObject({ publicAccess: "None" });
    const services = ofType(resources, "Microsoft.Storage/storageAccounts/blobServices").filter(({ id }) =>
      id.includes("sttrail"),
    );
    expect(services.map(({ properties }) => properties.isVersioningEnabled)).toEqual([true]);
    const there = ofType(resources, "Microsoft.Authorization/roleAssignments").filter(({ id }) =>
      /containers\/policy['/]/.test(id),
    );
    expect(there).toHaveLength(2);
    expect(there.filter(({ properties }) => properties.principalId === POLICY_WRITER_ID)).toHaveLength(1);
    const elsewhere = ofType(resources, "Microsoft.Authorization/roleAssignments").filter(
      ({ id, properties }) =>
        properties.principalId === POLICY_WRITER_ID && !/containers\/policy['/]/.test(id),
    );
    expect(elsewhere).toEqual([]);
  });
});

test("in a private network nothing is reached from outside but the app itself", () => {
  const resources = deployed("private-network");

  for (const type of [
    "Microsoft.Storage/storageAccounts",
    "Microsoft.ServiceBus/namespaces",
    "Microsoft.KeyVault/vaults",
  ])
    for (const { properties } of ofType(resources, type))
      expect(properties.publicNetworkAccess).toBe("Disabled");
  expect(ofType(resources, "Microsoft.Network/privateEndpoints")).toHaveLength(7);
  expect(one(resources, "Microsoft.Web/sites").properties.virtualNetworkSubnetId).toContain("subnets/app");
});

test("the Durable Task Scheduler is there where it is asked for, and the app is told of it", () => {
  expect(ofType(deployed("default"), "Microsoft.DurableTask/schedulers")).toEqual([]);
  const resources = deployed("scheduler");

  expect(ofType(resources, "Microsoft.DurableTask/schedulers")).toHaveLength(1);
  expect(Object.keys(one(resources, "Microsoft.Web/sites/config").properties)).toContain(
    "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
  );
});

describe("where the clusters are", () => {
  test.each([
    ["a subscription", () => deployed("watched")],
    ["a management group", () => deployed("watched-group", ["--management-group-id", "mg-platform"])],
  ])("in %s the app gets exactly the actions that it needs", (_where, resources) => {
    expect(allowed(resources())).toEqual([APPROVER]);
    expect(APPROVER.join()).not.toMatch(/\*|[Cc]redential|runCommand|delete/);
  });

  test("events of connections and endpoints go to the app's function", () => {
    const { properties } = one(deployed("watched"), "Microsoft.EventGrid/systemTopics/eventSubscriptions");

    expect(properties).toMatchObject({
      destination: {
        endpointType: "AzureFunction",
        properties: { resourceId: expect.stringMatching(/\/functions\/eventHint$/) },
      },
    });
  });
});

test("in a consumer's subscription the app may read, and nothing else", () => {
  const [actions = [], ...others] = allowed(deployed("consumers"));

  expect(others).toEqual([]);
  expect(actions.filter((action) => !action.endsWith("/read"))).toEqual([]);
  expect(actions).not.toContain("*/read");
});
