import * as z from "zod";
import { clientIds, idUri, permission, signInUrl } from "./setting-kinds.ts";

/** Whose tokens count, and what they must say. */
export const SIGN_IN_SETTINGS = {
  SIGN_IN_AUDIENCE: z
    .guid("must be the client id of this app's registration in Entra, a GUID")
    .toLowerCase()
    .describe(
      "The audience that a bearer token must carry: the client id of this app's registration in Entra.",
    ),
  SIGN_IN_ISSUER: signInUrl
    .optional()
    .describe("Issuer of the bearer tokens. Default: `https://login.microsoftonline.com/{TENANT_ID}/v2.0`."),
  SIGN_IN_CLIENTS: clientIds
    .default([])
    .describe(
      "Client ids of the apps that a bearer token may have been given to (`azp`), separated by commas; absent: any of the tenant. `INBOX_CLIENT_ID` is always one of them.",
    ),
  INBOX_CLIENT_ID: z
    .guid("must be the client id of the inbox's registration in Entra, a GUID")
    .toLowerCase()
    .optional()
    .describe(
      "Client id of the inbox's registration in Entra: a single-page application whose redirect URI is `PUBLIC_URL` with `/inbox/`, and which may ask for `REVIEW_SCOPE`. Absent: nobody can sign in to the inbox.",
    ),
  API_ID_URI: idUri
    .optional()
    .describe(
      "Application ID URI of this app's registration, by which the inbox asks for its scope. Default: `api://{SIGN_IN_AUDIENCE}`, as Entra proposes it.",
    ),
  REVIEW_SCOPE: permission
    .default("Approvals.ReadWrite")
    .describe(
      "The delegated permission (`scp`) that a person's token must carry to review and to reopen; it may read, too. Default: `Approvals.ReadWrite`.",
    ),
  READ_SCOPE: permission
    .default("Approvals.Read")
    .describe(
      "The delegated permission with which a person's token may only read. Default: `Approvals.Read`.",
    ),
};
