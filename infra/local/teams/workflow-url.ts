import { createHmac } from "node:crypto";

/** What the signature lets one do; `sp` of the query. */
export const PERMISSION = "/triggers/manual/run";

/** Version of the signature; `sv` of the query. */
export const SIGNATURE_VERSION = "1.0";

/** What is behind `sig=`: whoever knows it may trigger the flow. */
export const signatureOf = (key: string, workflowId: string): string =>
  createHmac("sha256", key).update(workflowId).digest("base64url");

/**
 * The address that one copies from a flow, signature and all; in Azure its host ends in
 * `.environment.api.powerplatform.com`.
 */
export function workflowUrl(origin: string, key: string, workflowId: string): string {
  const url = new URL(
    `/powerautomate/automations/direct/workflows/${workflowId}/triggers/manual/paths/invoke`,
    origin,
  );
  url.search = new URLSearchParams({
    "api-version": "1",
    sp: PERMISSION,
    sv: SIGNATURE_VERSION,
    sig: signatureOf(key, workflowId),
  }).toString();
  return url.href;
}
