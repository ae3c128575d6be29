import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";

/** An event whose name differs only in case from the one waited for. */
export function eventNameCase({ lostEvents }: Observed): Finding[] {
  return lostEvents.map(({ raised, awaited }) => ({
    detector: "event-name-case",
    message:
      `Event '${raised}' is lost: the orchestrator waits for '${awaited}', and JavaScript minds case. Use one constant ` +
      "for the name.",
  }));
}
