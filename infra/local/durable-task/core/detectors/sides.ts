import { type Action, ActionType } from "../state.ts";
import type { Observed } from "./observed.ts";

/**
 * Whether the code and the extension stand at different actions. Both replay the same history and number the tasks, each
 * for itself; when the numbers differ, a completion settles one task here and another one there.
 *
 * Perhaps: the code may as well yield by itself what an earlier yield left open, which is legal and not written down.
 */
export function doSidesDiffer(observed: Observed): "yes" | "perhaps" | "no" {
  if (observed.isSuspended) return "no";
  if (isCodeAhead(observed)) return "yes";
  if (!isCodeBehind(observed)) return "no";
  return observed.waitsForEarlier ? "perhaps" : "yes";
}

/** The extension has seen every action settle, and the code goes on waiting. */
function isCodeBehind({ actions, settled, hasStarted, hasEnded, hasReturned, hasThrown }: Observed): boolean {
  return hasStarted && !hasEnded && !hasReturned && !hasThrown && settled === actions.length;
}

/** The code has gone past an action that the extension still waits for. */
function isCodeAhead({ actions, settled, hasReturned, hasThrown, hasFailures }: Observed): boolean {
  const awaited = actions[settled];
  if (awaited === undefined) return false;
  // The SDK's Task.all fails with its first failure, the extension waits for the others: legal, and known.
  if (hasFailures && holdsWhenAll(awaited)) return false;
  return settled < actions.length - 1 || hasReturned || hasThrown;
}

function holdsWhenAll(action: Action): boolean {
  if (action.actionType === ActionType.WhenAll) return true;
  return action.actionType === ActionType.WhenAny && action.compoundActions.some(holdsWhenAll);
}
