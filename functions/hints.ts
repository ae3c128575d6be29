import { setTimeout as sleep } from "node:timers/promises";
import { app, type InvocationContext, trigger } from "@azure/functions";
import * as df from "durable-functions";
import type { HintSource } from "../shared/audit/record.ts";
import { Fault } from "../shared/connection/fault.ts";
import { pauseBeforeRedelivery } from "../shared/connection/retry.ts";
import { followHint } from "../shared/intake/follow-hint.ts";
import { type Hint, type ParsedHint, parseHint, understandHint } from "../shared/intake/hint.ts";
import { oneLine } from "../shared/text.ts";
import { config, intakeNeedsOf, quarantine } from "./kit/app.ts";

/** A message from the queue: an event that Event Grid put there, or one of our own. */
app.generic("messageHint", {
  // `binary`, so that the quarantine gets the very bytes that came; @azure/functions parses everything else.
  trigger: trigger.generic({
    type: "serviceBusTrigger",
    queueName: config.HINT_QUEUE,
    connection: "ServiceBus",
    dataType: "binary",
  }),
  extraInputs: [df.input.durableClient()],
  handler: async (raw: unknown, context: InvocationContext) => {
    const body = bytesOf(raw);
    const messageId = String(context.triggerMetadata?.messageId ?? context.invocationId);
    try {
      await receive({ parsed: parseHint(body), body, messageId, source: "message" }, context);
    } catch (error) {
      await sleep(pauseBeforeRedelivery(error, Number(context.triggerMetadata?.deliveryCount ?? 1)));
      throw error;
    }
  },
});

/** An event that Event Grid pushes to the app. */
app.eventGrid("eventHint", {
  extraInputs: [df.input.durableClient()],
  handler: async (event: unknown, context: InvocationContext) => {
    const body = Buffer.from(JSON.stringify(event));
    const messageId = hasId(event) ? oneLine(event.id, 128) : context.invocationId;
    await receive({ parsed: understandHint(event), body, messageId, source: "event" }, context);
  },
});

interface Received {
  readonly parsed: ParsedHint;
  readonly body: Uint8Array;
  readonly messageId: string;
  readonly source: HintSource;
}

/** Only what may succeed later is thrown, and so delivered again; the rest is kept aside or said in the log. */
async function receive(
  { parsed, body, messageId, source }: Received,
  context: InvocationContext,
): Promise<void> {
  if (parsed.kind === "unintelligible") {
    await quarantine.put({ body, messageId, because: parsed.because });
    context.warn(`Message ${oneLine(messageId, 128)} is in quarantine: ${oneLine(parsed.because, 300)}`);
    return;
  }
  try {
    const { seen, opened, ignored } = await followHint(intakeNeedsOf(context), parsed.hint, source);
    context.debug(ignored ?? `${placeOf(parsed.hint)}: ${seen} seen, ${opened} opened`);
  } catch (error) {
    if (!(error instanceof Fault) || error.isTransient) throw error;
    context.warn(
      `A hint about ${placeOf(parsed.hint)} led nowhere: ${error.armCode ?? error.code}: ${error.message}`,
    );
  }
}

function placeOf(hint: Hint): string {
  switch (hint.kind) {
    case "connection":
      return hint.connectionId;
    case "cluster":
      return hint.clusterId;
    case "privateEndpoint":
      return hint.privateEndpointId;
    case "irrelevant":
      return "something else";
  }
}

const hasId = (event: unknown): event is { id: string } =>
  typeof event === "object" && event !== null && "id" in event && typeof event.id === "string";

/** The body as bytes, whatever the host made of it. */
function bytesOf(raw: unknown): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  return Buffer.from(typeof raw === "string" ? raw : (JSON.stringify(raw) ?? ""));
}
