import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";

/** A completion that belongs to no task the code has ever asked for. */
export function unconsumedCompletion({ dropped }: Observed): Finding[] {
  return dropped.map((id) => ({
    detector: "unconsumed-completion",
    message:
      `A completion of task ${id} was dropped: the code has no such task. Every replay must ask for the same as the ones ` +
      "before; look for code that was changed or is not deterministic.",
  }));
}
