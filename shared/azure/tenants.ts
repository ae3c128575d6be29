import * as z from "zod";
import { Fault } from "../connection/fault.ts";
import type { FactSources } from "../facts/port.ts";
import { faultOf } from "./arm-fault.ts";
import { remember } from "./remember.ts";
import { restError } from "./rest.ts";

interface TenantOptions {
  /** `https://management.azure.com`, or the one of another cloud. */
  readonly endpoint: string;
  /** 5 s unless told. */
  readonly timeLimitMs?: number;
}

const API_VERSION = "2022-12-01";
const TIME_LIMIT_MS = 5_000;

/** A subscription hardly ever moves to another tenant, and then its endpoints stay. */
const REMEMBERED = { forMs: 3_600_000, nothingForMs: 0, atMost: 10_000 };

/** `Bearer authorization_uri="https://login.windows.net/{tenant}", error=...`; the app does not follow the address. */
const CHALLENGE =
  /^Bearer authorization_uri="https:\/\/[a-z0-9.-]+\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?"(?:,|$)/i;

/**
 * The tenants of subscriptions, of our own and of others: ARM tells a caller without a token where to sign in for the
 * subscription. Microsoft does not document that, so what looks different in any way is a fault.
 * @see https://shawntabrizi.com/blog/aad/secret-apis-in-azure-active-directory-and-azure-resource-manager/
 */
export function armTenants({ endpoint, timeLimitMs = TIME_LIMIT_MS }: TenantOptions): FactSources["tenants"] {
  const of = async (subscription: string): Promise<string | null> => {
    const url = `${endpoint}/subscriptions/${z.guid().parse(subscription)}?api-version=${API_VERSION}`;
    const { response, body } = await get(url, timeLimitMs);
    if (response.status === 401) return tenantIn(response);
    const header = (name: string) => response.headers.get(name) ?? undefined;
    const fault = faultOf(restError(response.status, body, header));
    if (fault !== null) throw fault;
    return null;
  };
  return { of: remember(of, REMEMBERED) };
}

/** Not by the SDK's pipeline, which would send a token. A redirect is not followed, and is a fault as any other answer. */
async function get(
  url: string,
  timeLimitMs: number,
): Promise<{ readonly response: Response; readonly body: unknown }> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeLimitMs) });
    return { response, body: jsonOrText(await response.text()) };
  } catch (cause) {
    throw new Fault("UNREACHABLE", `ARM could not be reached: ${String(cause)}`, { cause });
  }
}

/** What a proxy says is no JSON. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function tenantIn({ headers }: Response): string {
  const [, tenant] = CHALLENGE.exec(headers.get("www-authenticate") ?? "") ?? [];
  if (tenant !== undefined) return tenant.toLowerCase();
  throw new Fault("UNREADABLE", "ARM's challenge does not name the subscription's tenant.");
}
