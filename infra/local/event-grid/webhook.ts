import { randomUUID } from "node:crypto";
import { ANSWER_TIMEOUT_MS, ORIGIN } from "./constants.ts";
import type { Attempt } from "./retry.ts";
import { type EventSchema, ValidationReply } from "./schemas.ts";

/** Sends one delivery and tells how it went; never rejects. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  closing: AbortSignal,
): Promise<Attempt> {
  try {
    const response = await request(url, { method: "POST", headers, body }, closing);
    await response.arrayBuffer();
    return { kind: "answered", status: response.status };
  } catch (error) {
    return isTimeout(error)
      ? { kind: "failed", detail: "no answer in time" }
      : { kind: "unreachable", detail: reasonOf(error) };
  }
}

/**
 * Proves that the endpoint wants events, as Event Grid does when a subscription is made.
 * @returns what is wrong with the answer, or undefined when all is well. Rejects when there is no answer.
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema
 */
export function shakeHands(
  url: string,
  schema: EventSchema,
  closing: AbortSignal,
): Promise<string | undefined> {
  return schema === "EventGridSchema" ? askForCode(url, closing) : askForOrigin(url, closing);
}

async function askForCode(url: string, closing: AbortSignal): Promise<string | undefined> {
  const validationCode = randomUUID();
  const event = {
    id: randomUUID(),
    topic: "",
    subject: "",
    data: { validationCode, validationUrl: "" },
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: new Date().toISOString(),
    metadataVersion: "1",
    dataVersion: "2",
  };
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "aeg-event-type": "SubscriptionValidation",
  };
  const response = await request(url, { method: "POST", headers, body: JSON.stringify([event]) }, closing);
  const text = await response.text();
  if (response.status !== 200) return `HTTP ${response.status} to the validation event`;
  const reply = ValidationReply.safeParse(parseJson(text));
  return reply.data?.validationResponse === validationCode
    ? undefined
    : "the validation code did not come back";
}

async function askForOrigin(url: string, closing: AbortSignal): Promise<string | undefined> {
  const response = await request(
    url,
    { method: "OPTIONS", headers: { "webhook-request-origin": ORIGIN } },
    closing,
  );
  await response.arrayBuffer();
  if (response.status !== 200) return `HTTP ${response.status} to OPTIONS`;
  const allowed = response.headers.get("webhook-allowed-origin");
  return allowed === ORIGIN || allowed === "*"
    ? undefined
    : "WebHook-Allowed-Origin does not name Event Grid";
}

function request(url: string, init: RequestInit, closing: AbortSignal): Promise<Response> {
  const signal = AbortSignal.any([closing, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
  return fetch(url, { ...init, redirect: "manual", signal });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === "TimeoutError";

/** `fetch` says only "fetch failed"; why is in its cause. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
