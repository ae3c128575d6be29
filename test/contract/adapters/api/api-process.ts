import { fileURLToPath } from "node:url";
import { type App, createApp } from "../../../../functions/kit/app.ts";
import { serve } from "../../../../functions/kit/route.ts";
import type { Caller } from "../../../../functions/kit/sign-in.ts";
import { routes } from "../../../../functions/routes.ts";
import { parseConfig } from "../../../../shared/config.ts";
import { PROVIDER } from "../../../fixtures/builders.ts";
import { ana, bo, cy, stranger } from "../../../fixtures/entries.ts";
import { FIRST, NEXT } from "./trails.ts";

const caller: Caller = {
  ...ana,
  roles: ["Reader", "Approver", "Auditor"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: "0b3a1c86-1d5e-4a51-9c59-9b3b8a6f2f01",
};

const config = parseConfig({
  CLUSTER_SCOPES: `/subscriptions/${PROVIDER}`,
  TENANT_ID: "bc28be56-ad87-4cf5-ae34-fb304dc38c65",
  SIGN_IN_AUDIENCE: "6f6a3c1e-2b4d-4e8f-9a01-5c7d9e2b4f60",
  AUDIT_STORE: ":memory:",
  RECORD_KEYS: `test:${"A".repeat(44)}`,
  PUBLIC_URL: "http://127.0.0.1:7071",
  POLICY_FILE: fileURLToPath(new URL("../../../../policy.yaml", import.meta.url)),
  ServiceBus__fullyQualifiedNamespace: "nowhere.servicebus.windows.net",
});

/** Who is who, by the word after Bearer; any other is Ana, who may do everything. */
const CALLERS: Readonly<Record<string, Caller>> = {
  reader: { ...caller, ...cy, roles: ["Reader"] },
  approver: { ...caller, ...bo, roles: ["Reader", "Approver"] },
  grouped: { ...caller, ...bo, groups: [], roles: ["Reader"] },
  auditor: { ...caller, ...stranger, roles: ["Auditor"] },
};

/** The API as it is; its trails are a day apart. */
const app: App = {
  ...(await createApp(config)),
  signIn: async (authorization) => CALLERS[authorization?.replace("Bearer ", "") ?? ""] ?? caller,
};
await app.store.append(FIRST);
await app.store.append(NEXT);

serve(routes, () => app);
