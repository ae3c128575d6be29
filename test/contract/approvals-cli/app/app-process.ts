import { type App, createApp } from "../../../../functions/kit/app.ts";
import { serve } from "../../../../functions/kit/route.ts";
import type { Caller } from "../../../../functions/kit/sign-in.ts";
import { tokenProblem } from "../../../../functions/kit/token-problem.ts";
import { routes } from "../../../../functions/routes.ts";
import { ana, bo, cy } from "../../../fixtures/entries.ts";
import { aKey } from "../../../fixtures/seals.ts";
import { CLIENT_ID, inMemory } from "../../adapters/in-memory-app.ts";
import { trails } from "./trails.ts";

const caller: Omit<Caller, keyof typeof ana> = {
  roles: ["Reader", "Approver", "Auditor"],
  isPerson: true,
  scopes: ["Approvals.ReadWrite"],
  clientId: CLIENT_ID,
};

/** Who is who, by the word after Bearer: Cy may only read. */
const CALLERS: Readonly<Record<string, Caller>> = {
  ana: { ...caller, ...ana },
  bo: { ...caller, ...bo },
  cy: { ...caller, ...cy, roles: ["Reader"] },
};

/** The key that sealed the trails. */
const app: App = await createApp({ ...inMemory, RECORD_KEYS: [aKey("test")] });
await app.policyInForce.load((_level, line) => void process.stdout.write(`${line}\n`));
for (const trail of trails) await app.store.append(trail);

serve(routes, () => ({
  ...app,
  signIn: async (authorization) => {
    const signedIn = CALLERS[authorization?.replace("Bearer ", "") ?? ""];
    if (signedIn === undefined) throw tokenProblem("noToken");
    return signedIn;
  },
}));
