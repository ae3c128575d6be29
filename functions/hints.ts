import { setTimeout as sleep } from "node:timers/promises";
import { app as host, type InvocationContext, trigger } from "@azure/functions";
import * as df from "durable-functions";
import type { TriggerSettings } from "../shared/config.ts";
import { Fault } from "../shared/connection/fault.ts";
import { pauseBeforeRedelivery } from "../shared/connection/retry.ts";
import { parseHint, understandHint } from "../shared/intake/hint.ts";
import { type Received, receive } from "../shared/intake/receive.ts";
import type { App } from "./kit/app.ts";
import { lastingLog } from "./kit/lasting-log.ts";

/** The two ways of hints: the queue, and events that Event Grid pushes. */
export function registerHints(app: () => App, { HINT_QUEUE }: TriggerSettings): void {
  host.generic("messageHint", {
    // `binary`, so that the quarantine gets the very bytes that came; @azure/functions parses everything else.
    trigger: trigger.generic({
      type: "serviceBusTrigger",
      queueName: HINT_QUEUE,
      connection: "ServiceBus",
      dataType: "binary",
    }),
    extraInputs: [df.input.durableClient()],
    handler: async (raw: unknown, context: InvocationContext) => receiveMessage(app(), raw, context),
  });
  host.eventGrid("eventHint", {
    extraInputs: [df.input.durableClient()],
    handler: async (event: unknown, context: InvocationContext) => receiveEvent(app(), event, context),
  });
}

/** A message from the queue: an event that Event Grid put there, or one of our own. */
async function receiveMessage(app: App, raw: unknown, context: InvocationContext): Promise<void> {
  const body = bytesOf(raw);
  const messageId = String(context.triggerMetadata?.messageId ?? context.invocationId);
  try {
    const message = {
      parsed: parseHint(body, app.config.AZURE_CLIENT_ID),
      body: () => body,
      messageId,
      source: "message",
    } as const;
    await receiveIn(app, context, message);
  } catch (error) {
    await sleep(pauseBeforeRedelivery(error, Number(context.triggerMetadata?.deliveryCount ?? 1)));
    throw inOneLine(error);
  }
}

/** An event that Event Grid pushes to the app; it delivers again, and later each time, what is thrown. */
async function receiveEvent(app: App, event: unknown, context: InvocationContext): Promise<void> {
  const body = () => Buffer.from(JSON.stringify(event));
  const messageId = hasId(event) ? event.id.slice(0, MAX_MESSAGE_ID_CHARACTERS) : context.invocationId;
  const parsed = understandHint(event, app.config.AZURE_CLIENT_ID);
  await receiveIn(app, context, { parsed, body, messageId, source: "event" });
}

/** A look at a cluster may go on when the hint that led it is dealt with. */
async function receiveIn(app: App, context: InvocationContext, received: Received): Promise<void> {
  const log = lastingLog(context);
  try {
    await receive(app.receiveNeeds(context, log), received);
  } finally {
    log.end();
  }
}

/** ARM's trouble, for the host's log, without our stack: it says nothing about what went wrong at ARM. */
function inOneLine(error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  const brief = new Error(`${error.armCode ?? error.code}: ${error.message} The message is delivered again.`);
  brief.stack = brief.message;
  return brief;
}

/** Service Bus takes no longer message ids. */
const MAX_MESSAGE_ID_CHARACTERS = 128;

const hasId = (event: unknown): event is { id: string } =>
  typeof event === "object" && event !== null && "id" in event && typeof event.id === "string";

/** The body as bytes: the host may have made text or an object of it. */
function bytesOf(raw: unknown): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  return Buffer.from(typeof raw === "string" ? raw : (JSON.stringify(raw) ?? ""));
}
