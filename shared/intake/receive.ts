import { Fault } from "../connection/fault.ts";
import type { HintSource } from "../request/terms.ts";
import { count } from "../telemetry/metrics.ts";
import { oneLine } from "../text.ts";
import { followHint, type IntakeNeeds } from "./follow-hint.ts";
import type { Hint, ParsedHint } from "./hint.ts";
import type { Quarantine } from "./port.ts";

export interface ReceiveNeeds extends IntakeNeeds {
  readonly quarantine: Quarantine;
  debug(line: string): void;
}

/** A message or an event as it came. */
export interface Received {
  readonly parsed: ParsedHint;
  /** The very bytes, for the quarantine. */
  body(): Uint8Array;
  readonly messageId: string;
  readonly source: HintSource;
}

/** Takes in what came. Only what may succeed later is thrown, and so delivered again; the rest is kept aside or logged. */
export async function receive(
  needs: ReceiveNeeds,
  { parsed, body, messageId, source }: Received,
): Promise<void> {
  if (parsed.kind === "unintelligible") {
    await needs.quarantine.put({ body: body(), messageId, because: parsed.because });
    count("intake.quarantine", { source });
    needs.warn(`Message ${oneLine(messageId, 128)} is in quarantine: ${oneLine(parsed.because, 300)}`);
    return;
  }
  try {
    const { seen, opened, ignored, strange } = await followHint(needs, parsed.hint, source);
    for (const { message } of strange) needs.warn(message);
    needs.debug(ignored ?? `${placeOf(parsed.hint)}: ${seen} seen, ${opened} opened`);
  } catch (error) {
    if (!(error instanceof Fault) || error.isTransient) throw error;
    const code = error.armCode ?? error.code;
    needs.warn(`A hint about ${placeOf(parsed.hint)} led nowhere: ${code}: ${error.message}`);
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
