import * as z from "zod";
import { Paging, pageOf } from "../../../../functions/kit/paging.ts";
import { Problem } from "../../../../functions/kit/problem.ts";
import { serve } from "../../../../functions/kit/route.ts";
import type { Caller, SignIn } from "../../../../functions/kit/sign-in.ts";
import { CursorError } from "../../../../shared/request/store.ts";

const person: Caller = {
  kind: "person",
  oid: "1",
  name: "Rea",
  groups: [],
  signInNames: [],
  roles: ["Reader"],
  isPerson: true,
};

/** Who is who, by the word after Bearer. */
const CALLERS: Readonly<Record<string, Caller>> = {
  reader: person,
  approver: { ...person, name: "Ana", roles: ["Reader", "Approver"] },
  stranger: { ...person, roles: [] },
  app: { ...person, roles: ["Reader", "Approver"], isPerson: false },
};

const signIn: SignIn = async (authorization) => {
  const word = /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
  if (word === "unlucky") {
    throw Object.assign(new Problem("sign-in-unavailable", "Later."), { cause: new Error("no keys today") });
  }
  const caller = CALLERS[word];
  if (caller === undefined) throw new Problem("not-signed-in", "Who are you?");
  return caller;
};

const anything = { summary: "A route", replySchema: z.unknown(), problems: [] };

serve(
  { ...anything, operationId: "page", method: "GET", path: "pages", role: null, querySchema: Paging },
  signIn,
  async ({ query, caller }) => ({ page: pageOf(query), caller: caller.name }),
);

const OneThing = z.object({ id: z.string().regex(/^t-\d+$/, "must be like t-1") });

serve(
  {
    ...anything,
    operationId: "readThing",
    method: "GET",
    path: "things/{id}",
    role: "Reader",
    pathSchema: OneThing,
  },
  signIn,
  async ({ path, caller }) => ({ id: path.id, caller: caller.name }),
);

const Form = z.object({ word: z.string().max(100_000), times: z.int().min(1).default(1) });

serve(
  {
    ...anything,
    operationId: "changeThing",
    method: "POST",
    path: "things/{id}/words",
    role: "Approver",
    pathSchema: OneThing,
    bodySchema: Form,
  },
  signIn,
  async ({ path, body, caller }) => ({
    id: path.id,
    letters: body.word.length,
    times: body.times,
    caller: caller.name,
  }),
);

/** Each way in which a handler may fail. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  conflict: () => new Problem("conflict", "Bo was faster.", { decidedBy: "Bo" }),
  cursor: () => new CursorError("The cursor is not one of ours."),
  error: () => new TypeError("the password is swordfish"),
  text: () => "swordfish again",
};

serve(
  {
    ...anything,
    operationId: "fail",
    method: "GET",
    path: "failures/{how}",
    role: null,
    pathSchema: z.object({ how: z.string() }),
  },
  signIn,
  async ({ path: { how } }) => {
    throw FAILURES[how]?.();
  },
);
