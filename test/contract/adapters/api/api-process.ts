import { type App, createApp } from "../../../../functions/kit/app.ts";
import { Problem } from "../../../../functions/kit/problem.ts";
import { serve } from "../../../../functions/kit/route.ts";
import type { Caller } from "../../../../functions/kit/sign-in.ts";
import { routes } from "../../../../functions/routes.ts";
import { ana, bo, cy, stranger } from "../../../fixtures/entries.ts";
import { CLIENT_ID, inMemory } from "../in-memory-app.ts";
import { FIRST, NEXT } from "./trails.ts";

const caller: Caller = {
  ...ana,
  roles: ["Reader", "Approver", "Auditor"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: CLIENT_ID,
};

/** Who is who, by the word after Bearer; any other is Ana, who may do everything. */
const CALLERS: Readonly<Record<string, Caller>> = {
  reader: { ...caller, ...cy, roles: ["Reader"] },
  approver: { ...caller, ...bo, roles: ["Reader", "Approver"] },
  grouped: { ...caller, ...bo, groups: [], roles: ["Reader", "Approver"] },
  crowded: { ...caller, ...bo, groups: [], hasTooManyGroups: true },
  roleless: { ...caller, ...cy, roles: [], scopes: [] },
  auditor: { ...caller, ...stranger, roles: ["Auditor"] },
};

/** The API as it is; its trails are a day apart. */
const app: App = {
  ...(await createApp(inMemory)),
  signIn: async (authorization) => {
    const word = authorization?.replace("Bearer ", "") ?? "";
    if (word === "nobody") throw new Problem("notSignedIn", "Who are you?");
    return CALLERS[word] ?? caller;
  },
};
await app.policyInForce.load(() => undefined);
await app.store.append(FIRST);
await app.store.append(NEXT);

serve(routes, () => app);
