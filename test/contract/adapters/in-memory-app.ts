import { fileURLToPath } from "node:url";
import { parseConfig } from "../../../shared/config.ts";
import { PROVIDER } from "../../fixtures/builders.ts";

/** Client id of the app by which callers sign in. */
export const CLIENT_ID = "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01";

/** The settings of an app that keeps its store in memory and reaches nothing outside. */
export const inMemory = parseConfig({
  CLUSTER_SCOPES: `/subscriptions/${PROVIDER}`,
  TENANT_ID: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: ":memory:",
  RECORD_KEYS: `test:${"A".repeat(44)}`,
  LINK_KEYS: "B".repeat(44),
  PUBLIC_URL: "http://127.0.0.1:7071",
  POLICY: fileURLToPath(new URL("../../../policy.yaml", import.meta.url)),
  ServiceBus__fullyQualifiedNamespace: "nowhere.servicebus.windows.net",
});
