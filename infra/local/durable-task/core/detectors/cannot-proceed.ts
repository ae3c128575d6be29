import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";

const detector = "cannot-proceed";

/** An instance that waits for nothing that could ever happen. */
export function cannotProceed(observed: Observed): Finding[] {
  const { hasStarted, hasEnded, isSuspended, open, waitsForEvents } = observed;
  if (!hasStarted || hasEnded || isSuspended || open.length > 0 || waitsForEvents) return [];
  const message =
    "The orchestrator waits for nothing that could happen: it stays Running for ever. Yield every task once, make a " +
    "new one for the next Task.any or Task.all, and await nothing but Durable tasks.";
  return [{ detector, message }];
}

/** A sub-orchestration whose id is in use: nobody hears of the instance again that had it. */
export function childIdInUse(name: string, instanceId: string): Finding {
  const message =
    `Sub-orchestration '${name}' takes the place of the instance with the id '${instanceId}', which runs: whoever waits for ` +
    "that one waits for ever, as in Azure. Give every call an id of its own, or none.";
  return { detector, message };
}

/** A rewound instance one of whose failed children is not failed any more: nobody will answer it. */
export function childCannotGoOn(childId: string, status: string | undefined): Finding {
  const message =
    `It was rewound and waits for its child '${childId}', which is ${status ?? "not there any more"} and will not ` +
    "answer: it waits for ever, as in Azure. Terminate it and start it anew; rewind parents, not their children.";
  return { detector, message };
}
