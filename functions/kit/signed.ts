import type { HttpRequest } from "@azure/functions";
import type { IntegrationKey } from "../../shared/integration-keys.ts";
import { isSignedBy, type Received } from "../../shared/notify/events/signature.ts";
import type { App } from "./app.ts";
import { readBody } from "./parse.ts";
import { Problem } from "./problem.ts";
import type { Signed } from "./route.ts";

/** No dots: they stand between what is signed. */
const MESSAGE_ID = /^[\w:-]{1,200}$/;
const TIMESTAMP = /^\d{1,12}$/;

const NO_SIGNATURE =
  "Send an access token with the app role Integration in the header Authorization: Bearer; or sign the body as Standard Webhooks says, with the headers webhook-id (letters, digits, _ : -), webhook-timestamp and webhook-signature.";

/**
 * Tells by which of an integration's keys a message was signed. Whoever has no key is told the same whatever name stands in the
 * path, so that nobody learns which ones there are.
 * @throws a `Problem` when none of them signed it, or not within five minutes
 */
export async function signedByIntegration(
  { config }: Pick<App, "config">,
  request: HttpRequest,
  { name = "" }: Readonly<Record<string, string>>,
): Promise<Signed> {
  const headers = {
    "webhook-id": request.headers.get("webhook-id") ?? "",
    "webhook-timestamp": request.headers.get("webhook-timestamp") ?? "",
    "webhook-signature": request.headers.get("webhook-signature") ?? "",
  };
  const { "webhook-id": messageId, "webhook-timestamp": timestamp } = headers;
  if (!MESSAGE_ID.test(messageId) || !TIMESTAMP.test(timestamp) || headers["webhook-signature"] === "")
    throw new Problem("noSignature", NO_SIGNATURE);
  const body = await readBody(request);
  const received = { headers, body: Buffer.from(body) };
  const keys = config.INTEGRATION_KEYS.get(name) ?? [];
  const key = signer(keys, received, Date.now());
  if (key !== undefined) return { name, keyId: key.id, messageId, body };
  // Signed well, and at another time: only who has the key learns that.
  if (signer(keys, received, Number(timestamp) * 1_000) !== undefined)
    throw new Problem(
      "oldMessage",
      "The message was signed more than five minutes ago, or ahead. Sign it anew, with the time of now.",
    );
  throw new Problem(
    "foreignSignature",
    "The signature is by no key of this integration, or is not over this body: its keys stand in the setting INTEGRATION_KEYS_ and its name.",
  );
}

const signer = (
  keys: readonly IntegrationKey[],
  received: Received,
  atMs: number,
): IntegrationKey | undefined => keys.find(({ key }) => isSignedBy([key], received, atMs));
