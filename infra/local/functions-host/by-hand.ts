import type { AppFunction } from "./app.ts";
import type { Call } from "./invoke.ts";
import { json } from "./typed-data.ts";

/** Triggers whose input can be told in words. A timer has a way of its own, for it must not overlap with itself. */
const TELLABLE: readonly string[] = ["servicebustrigger", "eventgridtrigger", "activitytrigger"];

/**
 * The call that `{"input": ...}` of the admin API stands for; undefined when the function cannot be run this way: an
 * HTTP function has an address, and an orchestrator needs a history. Metadata of the trigger is absent, as in Azure.
 */
export function callByHand({ trigger }: AppFunction, input: unknown): Call | undefined {
  if (!TELLABLE.includes(trigger.type.toLowerCase())) return undefined;
  if (input === undefined) return { input: {} };
  return { input: typeof input === "string" ? { string: input } : json(input) };
}
