import { jsonText } from "./json-text.ts";
import type { Turn } from "./state.ts";

const MOST_KB = 16;

/**
 * The custom status that an episode has set, as JSON text; undefined when it has set none, or one that is refused. One that
 * was set can be replaced but not cleared: the SDK leaves out everything falsy.
 */
export function customStatusOf(turn: Turn | undefined): string | undefined {
  const text = turn?.kind === "state" ? (jsonText(turn.state.customStatus) ?? undefined) : undefined;
  return text === undefined || sizeFault(text) !== undefined ? undefined : text;
}

/** Why the extension fails an orchestration because of its custom status. */
export function customStatusFault(customStatus: unknown): string | undefined {
  const text = jsonText(customStatus);
  return text === null ? undefined : sizeFault(text);
}

/** @see DurableOrchestrationContext.SetCustomStatus in the Durable extension */
function sizeFault(text: string): string | undefined {
  const sizeKb = Buffer.byteLength(text, "utf16le") / 1024;
  if (sizeKb <= MOST_KB) return undefined;
  return `The UTF-16 size of the JSON-serialized payload must not exceed ${MOST_KB} KB. The current payload size is ${sizeKb.toFixed(0)} KB.`;
}
