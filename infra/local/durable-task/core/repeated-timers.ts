import type { PendingAction } from "./context.ts";
import { type Action, ActionType } from "./state.ts";

/**
 * Finds timers that look as if they were yielded twice. The extension creates such a timer again, every later id
 * shifts, and results reach the wrong tasks (azure-functions-durable-js issue 574). It says nothing; this does.
 */
export function repeatedTimers(actions: readonly Action[], work: readonly PendingAction[]): string[] {
  return work
    .filter((action) => action.kind === "timer")
    .filter(({ fireAt }) => actions.filter((action) => waitsUntil(action, fireAt)).length > 1)
    .map(({ fireAt }) => {
      const at = new Date(fireAt).toISOString();
      return `Two yields wait for a timer of ${at}: it was yielded twice, or the first was not cancelled.`;
    });
}

function waitsUntil(action: Action, fireAt: number): boolean {
  if (action.actionType === ActionType.CreateTimer)
    return !action.isCanceled && Date.parse(action.fireAt) === fireAt;
  if (action.actionType !== ActionType.WhenAny && action.actionType !== ActionType.WhenAll) return false;
  return action.compoundActions.some((child) => waitsUntil(child, fireAt));
}
