import type { Context } from "./context.ts";
import type { ExternalEvents } from "./events.ts";
import { WalkFailure } from "./failure.ts";
import { retry } from "./retry.ts";
import { type Action, ActionType } from "./state.ts";
import { Task, whenAll, whenAny } from "./task.ts";
import { longTimer } from "./timer.ts";

export interface ReplayNeeds {
  context: Context;
  events: ExternalEvents;
  hasActivity(name: string): boolean;
  /** As the failure's text names it. */
  orchestrator: string;
}

/**
 * Replays the orchestrator's actions one after the other: the next one is invoked when the task of the one before has
 * settled, however it did. The returned task settles after the last.
 * @see OutOfProcOrchestrationShim.ProcessAsyncActionsV2 in the Durable extension
 */
export function replay(actions: readonly Action[], needs: ReplayNeeds): Task {
  const all = new Task();
  const rest = actions.values();
  const goOn = (): void => {
    for (const action of rest) {
      const task = invoke(action, needs);
      if (!task.isSettled) {
        task.whenSettled(goOn);
        return;
      }
    }
    all.settle("succeeded");
  };
  goOn();
  return all;
}

function invoke(action: Action, needs: ReplayNeeds): Task {
  const { context } = needs;
  switch (action.actionType) {
    case ActionType.CallActivity:
      demandActivity(action.functionName, needs);
      return context.scheduleActivity(action.functionName, action.input);
    case ActionType.CallActivityWithRetry:
      demandActivity(action.functionName, needs);
      return retry(context, action.retryOptions, () =>
        context.scheduleActivity(action.functionName, action.input),
      );
    case ActionType.CreateTimer:
      return longTimer(context, Date.parse(action.fireAt), action.isCanceled);
    case ActionType.WaitForExternalEvent:
      return needs.events.wait(action.externalEventName);
    case ActionType.WhenAny:
      return whenAny(action.compoundActions.map((child) => invoke(child, needs)));
    case ActionType.WhenAll:
      return whenAll(action.compoundActions.map((child) => invoke(child, needs)));
    default:
      throw failed(needs, `this stand-in does not support ${FEATURES[action.actionType]}.`);
  }
}

/** The features that the real extension has and this stand-in has not. */
const FEATURES = {
  [ActionType.CallSubOrchestrator]: "sub-orchestrations (callSubOrchestrator)",
  [ActionType.CallSubOrchestratorWithRetry]: "sub-orchestrations (callSubOrchestratorWithRetry)",
  [ActionType.ContinueAsNew]: "continueAsNew",
  [ActionType.CallEntity]: "entities (callEntity)",
  [ActionType.CallHttp]: "callHttp",
  [ActionType.SignalEntity]: "entities (signalEntity)",
  [ActionType.ScheduledSignalEntity]: "entities (signalEntity at a time)",
  [ActionType.LockEntities]: "entities (lock)",
  [ActionType.ReleaseEntities]: "entities (release)",
} as const;

/**
 * Stricter than the extension on purpose: there the failure stays inside the replayed task, no id is taken, and the
 * orchestrator waits for ever. Here it fails with the text that C# orchestrators get.
 */
function demandActivity(name: string, needs: ReplayNeeds): void {
  if (needs.hasActivity(name)) return;
  throw failed(needs, `The function '${name}' doesn't exist, is disabled, or is not an activity function.`);
}

function failed({ orchestrator }: ReplayNeeds, message: string): WalkFailure {
  return new WalkFailure(`Orchestrator function '${orchestrator}' failed: ${message}`);
}
