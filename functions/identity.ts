import * as z from "zod";
import { missingOf } from "./kit/missing.ts";
import { Problem } from "./kit/problem.ts";
import { route } from "./kit/route.ts";

const SignInReply = z.object({
  issuer: z.string().describe("Whose tokens count; OpenID discovery says the rest."),
  clientId: z.guid().describe("As whom the inbox asks for tokens."),
  scopes: z.array(z.string()).describe("What it asks for, beside the scopes of OpenID."),
  apiClientId: z.guid().describe("The audience that a token must carry."),
});

const MeReply = z.object({
  oid: z.guid(),
  name: z.string(),
  roles: z.array(z.string()),
  groups: z.array(z.string()),
  missing: z
    .array(
      z.object({
        code: z.enum(["noRole", "noScope", "tooManyGroups", "noGroups"]),
        sentence: z.string(),
      }),
    )
    .describe("What the token lacks for its bearer to work here, and what to do about it."),
});

/** How one signs in, and who one is then. */
export const identityRoutes = [
  route({
    operationId: "getSignIn",
    method: "GET",
    path: "sign-in",
    summary: "How the inbox signs people in",
    role: null,
    replySchema: SignInReply,
    problems: ["not-found"],
    handle: async ({ config }) => {
      const { SIGN_IN_ISSUER, SIGN_IN_AUDIENCE, INBOX_CLIENT_ID, API_ID_URI, REVIEW_SCOPE } = config;
      if (INBOX_CLIENT_ID === undefined)
        throw new Problem(
          "noInbox",
          "Nobody can sign in to the inbox: the setting INBOX_CLIENT_ID is not set.",
        );
      return {
        issuer: SIGN_IN_ISSUER,
        clientId: INBOX_CLIENT_ID,
        scopes: [`${API_ID_URI}/${REVIEW_SCOPE}`],
        apiClientId: SIGN_IN_AUDIENCE,
      };
    },
  }),
  route({
    operationId: "getMe",
    method: "GET",
    path: "me",
    summary: "Who you are, as your token says, and what it lacks",
    role: "signedIn",
    replySchema: MeReply,
    problems: [],
    handle: async ({ config }, { caller }) => {
      const { oid, name, roles, groups } = caller;
      return { oid, name, roles: [...roles], groups: [...groups], missing: [...missingOf(caller, config)] };
    },
  }),
];
