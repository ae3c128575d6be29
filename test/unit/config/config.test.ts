import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  ConfigError,
  describeSettings,
  parseConfig,
  parseSettings,
  parseTriggerSettings,
} from "../../../shared/config.ts";
import { newKey, publicTextOf } from "../../fixtures/signers.ts";

const SUBSCRIPTION = "/subscriptions/9f1c0d7a-53c4-4f8e-9c0f-8d2f6a1b7e43";

/** What must be set, and nothing else. */
const required = {
  CLUSTER_SCOPES: SUBSCRIPTION,
  TENANT_ID: "11111111-1111-4111-8111-111111111111",
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: "/data/audit.db",
  RECORD_KEYS: `main:${randomBytes(32).toString("base64")}`,
  PUBLIC_URL: "https://approvals.example",
  ServiceBus: "Endpoint=sb://bus.example;SharedAccessKeyName=root;SharedAccessKey=hunter2",
};

const MUST_BE_KEYS =
  "must be pairs id:key separated by commas, each id 1 to 16 of a-z, 0-9 and -, each key at least 32 bytes in base64; `openssl rand -base64 32` makes one";

/** The lines of what the app says when it cannot start. */
function problemsOf(environment: Record<string, string | undefined>): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split("\n")
      .filter((line) => line.startsWith("  "))
      .map((line) => line.trim());
  }
}

describe("parseConfig", () => {
  test("what is not set has its documented default", () => {
    expect(parseConfig(required)).toMatchObject({
      SIGN_IN_ISSUER: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
      POLICY: { kind: "file", file: "policy.yaml" },
      KILL_SWITCH: "off",
      REJECTION_DELAY_MS: 600_000,
      HINT_QUEUE: "private-endpoint-hints",
      QUARANTINE_QUEUE: "private-endpoint-hints-quarantine",
      SWEEP_SCHEDULE: "0 */5 * * * *",
      POLICY_SCHEDULE: "0 * * * * *",
      ARM_ENDPOINT: "https://management.azure.com",
      ARM_AUDIENCE: "https://management.azure.com",
      REVIEW_SCOPE: "Approvals.ReadWrite",
      READ_SCOPE: "Approvals.Read",
      SIGN_IN_CLIENTS: [],
    });
  });

  test("a policy needs no signature, one where there are keys, or as many as are named, but not more", () => {
    const POLICY_KEYS = `ana:${publicTextOf(newKey())},bo:${publicTextOf(newKey())}`;

    expect(parseConfig(required).POLICY_SIGNERS).toBeNull();
    expect(parseConfig({ ...required, POLICY_KEYS }).POLICY_SIGNERS).toMatchObject({ needed: 1 });
    const two = parseConfig({ ...required, POLICY_KEYS, POLICY_SIGNATURES: "2" });
    expect(two.POLICY_SIGNERS?.needed).toBe(2);
    const TOO_MANY = ["POLICY_SIGNATURES must be at most as many as POLICY_KEYS has names"];
    expect(problemsOf({ ...required, POLICY_KEYS, POLICY_SIGNATURES: "3" })).toEqual(TOO_MANY);
    expect(problemsOf({ ...required, POLICY_SIGNATURES: "1" })).toEqual(TOO_MANY);
    expect(problemsOf({ ...required, POLICY_KEYS, POLICY_SIGNATURES: "0" })).toEqual([
      "POLICY_SIGNATURES must be a number, 1 to 32",
    ]);
  });

  test("the former name of POLICY stops the app, since the default would take its place", () => {
    expect(problemsOf({ ...required, POLICY_FILE: "strict.yaml" })).toEqual([
      "POLICY_FILE is called POLICY now; rename it",
    ]);
  });

  test("keys of integrations go by their names, in lower case and with hyphens; of each there may be two", () => {
    const [one, next] = [32, 24].map((length) => `whsec_${Buffer.alloc(length, length).toString("base64")}`);

    const { INTEGRATION_KEYS } = parseConfig({
      ...required,
      INTEGRATION_KEYS_TICKET_SYSTEM: `${one}, ${next}`,
      INTEGRATION_KEYS_PIPELINE: `whsec_${Buffer.alloc(64).toString("base64")}`,
      INTEGRATION_KEYS_UNUSED: "",
    });

    expect([...INTEGRATION_KEYS.keys()]).toEqual(["pipeline", "ticket-system"]);
    const ids = INTEGRATION_KEYS.get("ticket-system")?.map(({ id }) => id) ?? [];
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), expect.stringMatching(/^[0-9a-f]{8}$/)]);
    expect(new Set(ids).size).toBe(2);
    expect(inspect(INTEGRATION_KEYS, { depth: null })).not.toContain(one?.slice("whsec_".length));
  });

  test("what is wrong with an integration's key is said with all other problems, and without the key", () => {
    const key = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

    const problems = problemsOf({
      ...required,
      PUBLIC_URL: "nowhere",
      INTEGRATION_KEYS_A: key,
      INTEGRATION_KEYS_B: `${key},whsec_${Buffer.alloc(32, 2).toString("base64")}`,
      INTEGRATION_KEYS_C: "whsec_c2hvcnQ=",
    });

    expect(problems).toEqual([
      "PUBLIC_URL must be a URL",
      "INTEGRATION_KEYS_B has a key of INTEGRATION_KEYS_A, too: each integration needs keys of its own",
      expect.stringMatching(/^INTEGRATION_KEYS_C must be one or two keys, /),
    ]);
    expect(problems.join()).not.toContain("c2hvcnQ=");
  });

  test("apps that people may sign in with are separated by commas, with or without spaces, in any case", () => {
    const [web, script] = ["0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01", "5f0a2c67-8f4f-4a9b-8f3b-7a3e1f0d2c02"];

    const { SIGN_IN_CLIENTS } = parseConfig({
      ...required,
      SIGN_IN_CLIENTS: ` ${web.toUpperCase()} ,,${script},`,
    });

    expect(SIGN_IN_CLIENTS).toEqual([web, script]);
  });

  test.each([
    ["is one of those whose tokens count, without being named", "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01", 2],
    ["is named but once", "6d2c9f14-7e58-4b3a-8c1d-2f0a9b7e5d04", 1],
    ["leaves every app of the tenant in, where none is named", "", 0],
  ])("the inbox %s", (_case, clients, count) => {
    const inbox = "6D2C9F14-7E58-4B3A-8C1D-2F0A9B7E5D04";

    const { SIGN_IN_CLIENTS, INBOX_CLIENT_ID } = parseConfig({
      ...required,
      SIGN_IN_CLIENTS: clients,
      INBOX_CLIENT_ID: inbox,
    });

    expect(SIGN_IN_CLIENTS).toHaveLength(count);
    expect(INBOX_CLIENT_ID).toBe(inbox.toLowerCase());
    if (count > 0) expect(SIGN_IN_CLIENTS).toContain(INBOX_CLIENT_ID);
  });

  test.each([
    ["is what Entra proposes", "", "api://6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60"],
    ["is what is set", "api://approvals/", "api://approvals"],
    ["may be an address", "https://approvals.contoso.example", "https://approvals.contoso.example"],
  ])("the API's URI %s", (_case, given, expected) => {
    expect(parseConfig({ ...required, API_ID_URI: given }).API_ID_URI).toBe(expected);
  });

  test("scopes are separated by commas, with or without spaces, in any case", () => {
    const { CLUSTER_SCOPES } = parseConfig({
      ...required,
      CLUSTER_SCOPES: ` ${SUBSCRIPTION.toUpperCase()} ,, ${SUBSCRIPTION}/resourceGroups/RG-AKS,`,
    });

    expect(CLUSTER_SCOPES).toEqual([SUBSCRIPTION, `${SUBSCRIPTION}/resourcegroups/rg-aks`]);
  });

  test("an issuer is a name, to the last slash: tokens must carry the very same", () => {
    const SIGN_IN_ISSUER = "https://sts.example/bc28be56-ad87-4cf5-ae34-fb304dc38c65/";

    expect(parseConfig({ ...required, SIGN_IN_ISSUER })).toMatchObject({ SIGN_IN_ISSUER });
  });

  test("a slash at the end of an address means nothing", () => {
    const config = parseConfig({
      ...required,
      PUBLIC_URL: "https://approvals.example/",
      ARM_ENDPOINT: "https://arm.example//",
    });

    expect(config).toMatchObject({
      PUBLIC_URL: "https://approvals.example",
      ARM_ENDPOINT: "https://arm.example",
    });
  });

  test("cannot be changed", () => {
    expect(Object.isFrozen(parseConfig(required))).toBe(true);
  });

  test("the namespace's host name does instead of its connection string", () => {
    const { ServiceBus: _, ...others } = required;

    expect(
      parseConfig({ ...others, ServiceBus__fullyQualifiedNamespace: "bus.example" }).ServiceBus,
    ).toBeUndefined();
  });

  test("an empty environment is told everything that is missing, at once", () => {
    expect(problemsOf({})).toEqual([
      "CLUSTER_SCOPES is not set",
      "TENANT_ID is not set",
      "SIGN_IN_AUDIENCE is not set",
      "AUDIT_STORE is not set",
      `RECORD_KEYS is not set; it ${MUST_BE_KEYS}`,
      "PUBLIC_URL is not set",
      "ServiceBus or ServiceBus__fullyQualifiedNamespace must be set",
    ]);
  });

  test("an empty text is as good as none", () => {
    expect(problemsOf({ ...required, AUDIT_STORE: "", POLICY: "" })).toEqual(["AUDIT_STORE is not set"]);
  });

  const wrong = {
    CLUSTER_SCOPES: "/subscriptions/hunter2",
    TENANT_ID: "hunter2",
    AUDIT_STORE: "https://hunter2",
    RECORD_KEYS: "hunter2",
    PUBLIC_URL: "ftp://hunter2",
    KILL_SWITCH: "hunter2",
    REJECTION_DELAY: "hunter2",
    HINT_QUEUE: "hunter2/../x",
    SIGN_IN_ISSUER: "hunter2",
    SIGN_IN_AUDIENCE: "hunter2",
    SIGN_IN_CLIENTS: "hunter2",
    INBOX_CLIENT_ID: "hunter2",
    API_ID_URI: "hunter2",
    REVIEW_SCOPE: "hunter2 hunter2",
    READ_SCOPE: "hunter2 hunter2",
    SWEEP_SCHEDULE: "hunter2",
    POLICY_SCHEDULE: "hunter2",
    ARM_ENDPOINT: "http://hunter2",
    ARM_AUDIENCE: "hunter2",
    AZURE_CLIENT_ID: "hunter2",
  };

  test("every setting that is wrong is named, at once with what is missing", () => {
    const names = problemsOf(wrong).map((line) => line.split(" ")[0]);

    expect(new Set(names)).toEqual(new Set([...Object.keys(wrong), "ServiceBus"]));
  });

  test("no problem is put in the words of a library", () => {
    for (const problem of problemsOf({ ...required, ...wrong })) {
      expect(problem).toMatch(/^\w+ (is not set|must |is not the ARM id of )/);
    }
  });

  test("a problem never shows what was set, which may be a secret in the wrong place", () => {
    const everything = { ...required, ...wrong, ServiceBus: "hunter2" };

    expect(problemsOf(everything).join("\n")).not.toContain("hunter2");
    expect(problemsOf(everything)).not.toEqual([]);
  });

  test.each([
    ["CLUSTER_SCOPES", ",", "must name at least one scope"],
    [
      "CLUSTER_SCOPES",
      `${SUBSCRIPTION},/`,
      "is not the ARM id of a subscription, a resource group or a managed cluster",
    ],
    ["ARM_ENDPOINT", "http://management.azure.com", "must be an https URL"],
    [
      "SIGN_IN_AUDIENCE",
      "api://approvals",
      "must be the client id of this app's registration in Entra, a GUID",
    ],
    ["SIGN_IN_CLIENTS", "web", "must be client ids, which are GUIDs, separated by commas"],
    ["SIGN_IN_CLIENTS", ",", "must name at least one client id"],
    ["INBOX_CLIENT_ID", "inbox", "must be the client id of the inbox's registration in Entra, a GUID"],
    ["API_ID_URI", "approvals", "must be an application ID URI, such as api://approvals"],
    ["API_ID_URI", "api://a scope", "must be an application ID URI, such as api://approvals"],
    ["REVIEW_SCOPE", "Approvals.Read Approvals.ReadWrite", "must be the name of one scope"],
    ["READ_SCOPE", "api://approvals/Approvals.Read", "must be the name of one scope"],
    ["KILL_SWITCH", "true", "must be on or off"],
    ["KILL_SWITCH", "ON", "must be on or off"],
    ["REJECTION_DELAY", "10", "must be a duration like 30s, 10m or 1h"],
    ["REJECTION_DELAY", "-1m", "must be a duration like 30s, 10m or 1h"],
    ["REJECTION_DELAY", "1.5h", "must be a duration like 30s, 10m or 1h"],
    ["REJECTION_DELAY", "86401s", "must be a day at most"],
    ["REJECTION_DELAY", "2d", "must be a day at most"],
    ["SWEEP_SCHEDULE", "* * *", "must be an NCRONTAB expression like 0 */5 * * * *"],
    ["HISTORY_DAYS", "0", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", "-1", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", "3651", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", "1.5", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", "0x1e", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", "3e1", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", " 30", "must be a number of days, 1 to 3650"],
    ["HISTORY_DAYS", "30d", "must be a number of days, 1 to 3650"],
    ["SIGN_IN_ISSUER", "http://sign-in.example", "must be https, or http on the loopback address"],
    [
      "SIGN_IN_ISSUER",
      "http://127.0.0.1:80@sign-in.example",
      "must be https, or http on the loopback address",
    ],
    ["SIGN_IN_ISSUER", "http://localhost.example/x", "must be https, or http on the loopback address"],
  ])("%s: %s is refused", (name, text, problem) => {
    expect(problemsOf({ ...required, [name]: text })).toEqual([`${name} ${problem}`]);
  });

  test.each([
    ["0s", 0],
    ["45s", 45_000],
    ["10m", 600_000],
    ["24h", 86_400_000],
    ["1d", 86_400_000],
  ])("a policy's rejections may wait for %s", (text, ms) => {
    expect(parseConfig({ ...required, REJECTION_DELAY: text }).REJECTION_DELAY_MS).toBe(ms);
  });

  test.each(["http://127.0.0.1:8443/t", "http://localhost", "http://[::1]:1/t", "https://sign-in.example"])(
    "people may sign in at %s",
    (issuer) => {
      expect(parseConfig({ ...required, SIGN_IN_ISSUER: issuer }).SIGN_IN_ISSUER).toBe(issuer);
    },
  );

  test("what is wrong with an address of Teams is listed with everything else, without the address", () => {
    const problems = problemsOf({
      ...required,
      TENANT_ID: "x",
      TEAMS_WORKFLOW_URL: "https://outlook.office.com/webhook/s3cret",
      TEAMS_WORKFLOW_AUDIENCE: "flow",
    });

    expect(problems).toEqual([
      "TENANT_ID must be a GUID",
      "TEAMS_WORKFLOW_AUDIENCE must be the audience that Power Automate documents for your cloud",
      expect.stringMatching(/^TEAMS_WORKFLOW_URL is a connector/),
    ]);
  });

  test("the addresses of Teams show in no log and in no JSON", () => {
    const config = parseConfig({
      ...required,
      TEAMS_WORKFLOW_URL: "https://a.powerplatform.com/x?sig=s3cret-s3cret",
    });

    for (const text of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })])
      expect(text).not.toContain("s3cret");
    expect(config.TEAMS_WORKFLOWS.has("teams")).toBe(true);
  });

  test("settings of others in the environment mean nothing", () => {
    expect(parseConfig({ ...required, __proto__: "x", PATH: "/bin" })).toEqual(parseConfig(required));
  });
});

describe("the keys that seal records", () => {
  const key = (bytes = 32) => randomBytes(bytes).toString("base64");

  test("the first seals, and all are known, in their order and with their very bytes", () => {
    const [a, b] = [key(), key(64)];

    const { RECORD_KEYS } = parseConfig({ ...required, RECORD_KEYS: `k-2:${a}, k-1:${b}` });

    expect(RECORD_KEYS.map(({ id, key }) => [id, key.export().toString("base64")])).toEqual([
      ["k-2", a],
      ["k-1", b],
    ]);
  });

  test.each([
    ["no id", key()],
    ["an empty id", `:${key()}`],
    ["an id in capitals", `Main:${key()}`],
    ["an id of 17 letters", `${"a".repeat(17)}:${key()}`],
    ["an id with a dot, which ends it in a seal", `a.b:${key()}`],
    ["a key of 31 bytes", `main:${key(31)}`],
    ["an empty key", "main:"],
    ["a key in another alphabet", `main:${"_".repeat(64)}`],
    ["a second key that is none", `main:${key()},old:hunter2`],
    ["nothing after a comma", `main:${key()},`],
    ["two keys of one name", `main:${key()},main:${key()}`],
  ])("%s is refused in one line that says how to make one", (_what, RECORD_KEYS) => {
    expect(problemsOf({ ...required, RECORD_KEYS })).toEqual([`RECORD_KEYS ${MUST_BE_KEYS}`]);
  });

  test("show in no log and in no JSON", () => {
    const secret = key();
    const config = parseConfig({ ...required, RECORD_KEYS: `main:${secret}` });
    const [{ key: held }] = config.RECORD_KEYS;

    const shown = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${held}`];

    for (const text of shown)
      for (const form of ["base64", "hex", "latin1"] as const)
        expect(text).not.toContain(Buffer.from(secret, "base64").toString(form).slice(0, 12));
  });
});

describe("where the audit store is", () => {
  const KEY = randomBytes(64).toString("base64");
  const AZURITE = `DefaultEndpointsProtocol=http;AccountName=local;AccountKey=${KEY};TableEndpoint=http://127.0.0.1:10002/local`;
  const DIGESTS = "https://evidence.blob.core.windows.net/digests";
  const storeOf = (AUDIT_STORE: string) => parseConfig({ ...required, AUDIT_STORE, DIGESTS }).AUDIT_STORE;

  test.each(["/data/audit.db", "audit.db", "C:\\data\\audit.db", "./a=b; c", ":memory:"])(
    "%s is a file of SQLite",
    (file) => {
      expect(storeOf(file)).toEqual({ kind: "sqlite", file });
    },
  );

  test.each([
    "https://account.table.core.windows.net",
    "https://account.table.core.usgovcloudapi.net",
    "https://account.table.core.chinacloudapi.cn",
    "https://account.z07.table.storage.azure.net",
  ])("%s is an account that the app's identity reaches, with or without a slash at its end", (url) => {
    expect(storeOf(url)).toEqual({ kind: "tables", by: "identity", url });
    expect(storeOf(`${url}/`)).toEqual({ kind: "tables", by: "identity", url });
    expect(storeOf(` ${url}\n`)).toEqual({ kind: "tables", by: "identity", url });
  });

  test.each([AZURITE, AZURITE.replace("127.0.0.1", "localhost"), AZURITE.replaceAll(";", " ; ")])(
    "the connection string of an Azurite on this machine is its very self",
    (text) => {
      const store = storeOf(text);

      expect(store).toMatchObject({ kind: "tables", by: "key" });
      expect("connectionString" in store && store.connectionString()).toBe(text);
    },
  );

  const OF_THE_THREE =
    "must be the path of a SQLite file, https://ACCOUNT.table.core.windows.net, or the connection string of an Azurite on this machine";
  const INCOMPLETE = "must have AccountName, AccountKey and TableEndpoint, if it is a connection string";
  const WITH_A_KEY =
    "must be https://ACCOUNT.table.core.windows.net for an account in Azure: by a key the app could change records, by its identity it can only add some";

  test.each([
    ["http where it must be https", "http://account.table.core.windows.net", OF_THE_THREE],
    ["somebody else's host", "https://account.table.core.windows.net.example", OF_THE_THREE],
    ["a host behind a user name", "https://account.table.core.windows.net@example.com", OF_THE_THREE],
    ["another service of the account", "https://account.blob.core.windows.net", OF_THE_THREE],
    ["a table of the account", "https://account.table.core.windows.net/records", OF_THE_THREE],
    ["a key in the address", `https://account.table.core.windows.net?sig=${KEY}`, OF_THE_THREE],
    ["a file as an address", "file:///data/audit.db", OF_THE_THREE],
    ["an address behind a blank", " https://example.com", OF_THE_THREE],
    ["a file that no system has", "audit\0.db", OF_THE_THREE],
    ["an account without its key", AZURITE.replace(/AccountKey=[^;]+;/, ""), INCOMPLETE],
    ["an account without its name", AZURITE.replace("local;", ";"), INCOMPLETE],
    ["an account without its tables", AZURITE.replace(/TableEndpoint=.*/, ""), INCOMPLETE],
    ["the well-known account", "UseDevelopmentStorage=true", INCOMPLETE],
    ["another service's connection string", required.ServiceBus, INCOMPLETE],
    [
      "an account in Azure, by its key",
      AZURITE.replace("127.0.0.1", "account.table.core.windows.net"),
      WITH_A_KEY,
    ],
    [
      "a host that only begins like this machine",
      AZURITE.replace("127.0.0.1", "127.0.0.1.example"),
      WITH_A_KEY,
    ],
    ["a host behind this machine's name", AZURITE.replace("127.0.0.1", "127.0.0.1@example.com"), WITH_A_KEY],
  ])("%s is refused, and not shown", (_what, AUDIT_STORE, problem) => {
    expect(problemsOf({ ...required, AUDIT_STORE })).toEqual([`AUDIT_STORE ${problem}`]);
  });

  test("its key shows in no log and in no JSON", () => {
    const config = parseConfig({ ...required, AUDIT_STORE: AZURITE, DIGESTS });

    for (const text of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })])
      expect(text).not.toContain(KEY.slice(0, 12));
  });
});

describe("what functions are registered with", () => {
  const DEFAULTS = parseTriggerSettings({});

  test("has a default for everything, so that functions are registered when nothing is set", () => {
    expect(DEFAULTS).toEqual({
      HINT_QUEUE: "private-endpoint-hints",
      SWEEP_SCHEDULE: "0 */5 * * * *",
      POLICY_SCHEDULE: "0 * * * * *",
      NOTICE_SCHEDULE: "*/30 * * * * *",
      DIGEST_SCHEDULE: "0 0 * * * *",
      PURGE_SCHEDULE: "0 30 3 * * *",
    });
  });

  test("is what the settings say", () => {
    const given = { HINT_QUEUE: "hints", SWEEP_SCHEDULE: "0 0 * * * *" };

    expect(parseTriggerSettings(given)).toEqual({ ...DEFAULTS, ...given });
  });

  test.each([
    ["wrong", "* * *"],
    ["empty", ""],
  ])("where a setting is %s, it counts as not set: the start of the app refuses it", (_how, text) => {
    expect(parseTriggerSettings({ SWEEP_SCHEDULE: text, HINT_QUEUE: text })).toEqual(DEFAULTS);
  });
});

describe("parseSettings", () => {
  test("parses what a tool needs by the same rules, and asks for nothing else", () => {
    const settings = parseSettings(
      { CLUSTER_SCOPES: ` ${SUBSCRIPTION},`, ARM_ENDPOINT: "", TENANT_ID: "hunter2" },
      { needed: ["CLUSTER_SCOPES", "ARM_ENDPOINT"], optional: ["AUDIT_STORE"] },
    );

    expect(settings).toEqual({
      CLUSTER_SCOPES: [SUBSCRIPTION],
      ARM_ENDPOINT: "https://management.azure.com",
    });
  });

  test("says all that is wrong, in the words that the app uses", () => {
    const parsing = () =>
      parseSettings(
        { ARM_AUDIENCE: "hunter2", AZURE_CLIENT_ID: "hunter2" },
        { needed: ["CLUSTER_SCOPES", "ARM_AUDIENCE"], optional: ["AZURE_CLIENT_ID"] },
      );

    expect(parsing).toThrow(ConfigError);
    expect(parsing).toThrow(
      /^The app's settings are not complete:\n {2}CLUSTER_SCOPES is not set\n {2}ARM_AUD/,
    );
    expect(parsing).toThrow("  AZURE_CLIENT_ID must be a GUID\nREADME.md lists them all.");
  });
});

test("every setting is described, for the README", () => {
  const undescribed = describeSettings().filter(({ text }) => text === "");

  expect(undescribed).toEqual([]);
  expect(describeSettings().map(({ name }) => name)).toEqual(
    expect.arrayContaining(["CLUSTER_SCOPES", "ServiceBus", "AZURE_CLIENT_ID"]),
  );
});
