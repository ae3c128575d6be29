import * as z from "zod";
import { StartError } from "../errors.ts";

interface IdentityOptions {
  readonly fn: string;
  /** Prefix of the settings: `<connection>__credential`, `<connection>__clientId`. */
  readonly connection: string;
  readonly resource: string;
}

/** Tokens are asked for anew when they are about to end. */
const RENEW_BEFORE_END_MS = 5 * 60_000;

const Answer = z.object({ access_token: z.string(), expires_on: z.coerce.number() });

/**
 * What gives the tokens of a managed identity, as App Service's endpoint has them. Throws a StartError for credentials of
 * other kinds.
 *
 * Without `__credential` the real host goes through several kinds (`DefaultAzureCredential`), of which the managed identity
 * is the one in Azure.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference#common-properties-for-identity-based-connections
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function identityToken({ fn, connection, resource }: IdentityOptions): () => Promise<string> {
  const credential = process.env[`${connection}__credential`];
  if (credential && credential !== "managedidentity")
    throw new StartError(
      `${fn}: ${connection}__credential is ${credential}; only managedidentity is supported.`,
    );
  const clientId = process.env[`${connection}__clientId`] || process.env.AZURE_CLIENT_ID;
  let known: { readonly token: string; readonly endsAtMs: number } | undefined;
  return async () => {
    if (known === undefined || Date.now() > known.endsAtMs - RENEW_BEFORE_END_MS)
      known = await ask(resource, clientId);
    return known.token;
  };
}

async function ask(resource: string, clientId: string | undefined) {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = process.env;
  if (!IDENTITY_ENDPOINT || !IDENTITY_HEADER)
    throw new Error("There is no managed identity: IDENTITY_ENDPOINT and IDENTITY_HEADER are not set.");
  const url = new URL(IDENTITY_ENDPOINT);
  url.search = new URLSearchParams({
    resource,
    "api-version": "2019-08-01",
    ...(clientId && { client_id: clientId }),
  }).toString();
  const response = await fetch(url, { headers: { "x-identity-header": IDENTITY_HEADER } });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`The identity endpoint answered ${response.status}: ${text.slice(0, 300)}`);
  const { access_token: token, expires_on: endsAt } = Answer.parse(JSON.parse(text));
  return { token, endsAtMs: endsAt * 1_000 };
}
