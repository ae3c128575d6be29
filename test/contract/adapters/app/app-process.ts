import * as z from "zod";
import { type App, createApp } from "../../../../functions/kit/app.ts";
import { Paging, pageOf } from "../../../../functions/kit/paging.ts";
import { Problem } from "../../../../functions/kit/problem.ts";
import { route, serve } from "../../../../functions/kit/route.ts";
import type { Caller, SignIn } from "../../../../functions/kit/sign-in.ts";
import { RequestId } from "../../../../shared/connection/connection.ts";
import { CursorError } from "../../../../shared/search/page.ts";
import { CLIENT_ID, inMemory } from "../in-memory-app.ts";

const person: Caller = {
  kind: "person",
  oid: "a1b5c7d9-0e2f-4a3b-8c4d-5e6f70819201",
  name: "Rea",
  groups: [],
  hasTooManyGroups: false,
  signInNames: [],
  authContexts: [],
  roles: ["Reader"],
  isPerson: true,
  scopes: ["Approvals.Read"],
  clientId: CLIENT_ID,
};

/** Who is who, by the word after Bearer. */
const CALLERS: Readonly<Record<string, Caller>> = {
  reader: person,
  approver: { ...person, name: "Ana", roles: ["Reader", "Approver"], scopes: ["Approvals.ReadWrite"] },
  auditor: { ...person, roles: ["Approver", "Auditor"], scopes: ["Approvals.ReadWrite"] },
  scopeless: { ...person, roles: ["Reader", "Approver"] },
  elsewhere: { ...person, scopes: ["User.Read"] },
  stranger: { ...person, roles: [] },
  app: { ...person, roles: ["Reader", "Approver"], isPerson: false, scopes: [] },
};

const signIn: SignIn = async (authorization) => {
  const word = /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
  if (word === "unlucky") {
    throw Object.assign(new Problem("signInUnavailable", "Later."), { cause: new Error("no keys today") });
  }
  const caller = CALLERS[word];
  if (caller === undefined) throw new Problem("notSignedIn", "Who are you?");
  return caller;
};

const anything = { summary: "A route", replySchema: z.unknown(), problems: [] };
const OneThing = z.object({ id: z.string().regex(/^t-\d+$/, "must be like t-1") });
const Form = z.object({ word: z.string().max(100_000), times: z.int().min(1).default(1) });

/** Each way in which a handler may fail. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  conflict: () => new Problem("alreadyDecided", "Bo was faster.", { decidedBy: "Bo" }),
  cursor: () => new CursorError("The cursor is not one of ours."),
  error: () => new TypeError("the password is swordfish"),
  text: () => "swordfish again",
};

const routes = [
  route({
    ...anything,
    operationId: "page",
    method: "GET",
    path: "pages",
    role: null,
    querySchema: Paging,
    handle: async (_app, { query, caller }) => ({ page: pageOf(query), caller: caller.name }),
  }),
  route({
    ...anything,
    operationId: "readThing",
    method: "GET",
    path: "things/{id}",
    role: "Reader",
    pathSchema: OneThing,
    handle: async (_app, { path, caller }) => ({ id: path.id, caller: caller.name }),
  }),
  route({
    ...anything,
    operationId: "changeThing",
    method: "POST",
    path: "things/{id}/words",
    role: "Approver",
    pathSchema: OneThing,
    bodySchema: Form,
    handle: async (_app, { path, body, caller }) => ({
      id: path.id,
      letters: body.word.length,
      times: body.times,
      caller: caller.name,
      signInNames: [`${caller.name}@contoso.com`],
    }),
  }),
  route({
    ...anything,
    operationId: "changeRequest",
    method: "POST",
    path: "requests/{id}/words",
    role: "Approver",
    pathSchema: z.object({ id: RequestId }),
    bodySchema: Form,
    handle: async (_app, { path }) => path,
  }),
  route({
    ...anything,
    operationId: "fail",
    method: "GET",
    path: "failures/{how}",
    role: null,
    pathSchema: z.object({ how: z.string() }),
    handle: async (_app, { path: { how } }) => {
      throw FAILURES[how]?.();
    },
  }),
];

const app: App = { ...(await createApp(inMemory)), signIn };

serve(routes, () => app);
