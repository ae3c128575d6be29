import type { DurableFunctions } from "../contract.ts";
import type { Context } from "./context.ts";
import type { ExternalEvents } from "./events.ts";
import { WalkFailure } from "./failure.ts";
import type { HistoryEvent } from "./history.ts";
import { jsonText } from "./json-text.ts";
import { retry } from "./retry.ts";
import { type Action, ActionType, type CallActivity, type CallSubOrchestrator } from "./state.ts";
import { Task, whenAll, whenAny } from "./task.ts";
import { isLong, longTimer } from "./timer.ts";
import { UNSUPPORTED } from "./unsupported.ts";

/** Where `continueAsNew` leads: the next execution's input, JSON text, and the events that came too late for this one. */
export interface Continuation {
  input: string | null;
  carriedOver: HistoryEvent[];
}

export interface ReplayNeeds {
  context: Context;
  events: ExternalEvents;
  functions: Pick<DurableFunctions, "has">;
  /** As the failure's text names it. */
  orchestrator: string;
  executionId: string;
  /** Its own id and its parent's, which a child cannot have. */
  takenIds: readonly string[];
  /** What a child gets whose caller names no version. */
  defaultVersion: string;
}

/**
 * Replays the orchestrator's actions one after the other: the next one is invoked when the task of the one before has
 * settled, however it did.
 * @see OutOfProcOrchestrationShim.ProcessAsyncActionsV2 in the Durable extension
 */
export class Replay {
  /** How many actions have settled: the index of the one that is waited for. */
  settled = 0;
  continuation: Continuation | undefined;
  readonly cancelledLongTimers: number[] = [];
  readonly #actions: readonly Action[];
  readonly #needs: ReplayNeeds;
  /** How far tasks and waits had been numbered when the last action was invoked. */
  #before = { nextId: 0, waits: 0 };

  constructor(actions: readonly Action[], needs: ReplayNeeds) {
    this.#actions = actions;
    this.#needs = needs;
  }

  get isSettled(): boolean {
    return this.settled === this.#actions.length;
  }

  /** Whether something is open that an action before the last one has asked for. */
  get waitsForEarlier(): boolean {
    const { context, events } = this.#needs;
    const { nextId, waits } = this.#before;
    return context.openActions.some(({ id }) => id < nextId) || events.waitsAmongFirst(waits);
  }

  goOn(): void {
    for (
      let action = this.#actions[this.settled];
      action !== undefined;
      action = this.#actions[this.settled]
    ) {
      this.#before = { nextId: this.#needs.context.nextId, waits: this.#needs.events.waits };
      const task = this.#invoke(action);
      if (!task.isSettled) {
        task.whenSettled(() => {
          this.settled += 1;
          this.goOn();
        });
        return;
      }
      this.settled += 1;
    }
  }

  #invoke(action: Action): Task {
    switch (action.actionType) {
      case ActionType.CallActivity:
      case ActionType.CallActivityWithRetry:
        return this.#callActivity(action);
      case ActionType.CallSubOrchestrator:
      case ActionType.CallSubOrchestratorWithRetry:
        return this.#callSubOrchestrator(action);
      case ActionType.ContinueAsNew:
        this.continuation = { input: jsonText(action.input), carriedOver: [] };
        return settledTask();
      case ActionType.CreateTimer:
        return this.#createTimer(Date.parse(action.fireAt), action.isCanceled);
      case ActionType.WaitForExternalEvent:
        return this.#needs.events.wait(action.externalEventName);
      case ActionType.WhenAny:
        return whenAny(action.compoundActions.map((child) => this.#invoke(child)));
      case ActionType.WhenAll:
        return whenAll(action.compoundActions.map((child) => this.#invoke(child)));
      default:
        throw this.#failed(UNSUPPORTED[action.actionType]);
    }
  }

  #callActivity(action: CallActivity): Task {
    const { context } = this.#needs;
    const { functionName, input } = action;
    this.#demand("activity", functionName, "an activity function");
    const call = () => context.scheduleActivity(functionName, input);
    return "retryOptions" in action ? retry(context, action.retryOptions, call) : call();
  }

  #callSubOrchestrator(action: CallSubOrchestrator): Task {
    const { context, executionId, defaultVersion } = this.#needs;
    const { functionName: name, input, version } = action;
    this.#demand("orchestration", name, "an orchestrator function");
    // An id of blanks counts as none.
    const instanceId = action.instanceId?.trim() ? action.instanceId : undefined;
    if (instanceId !== undefined) this.#checkChildId(instanceId);
    const call = () =>
      context.callSubOrchestration(
        { name, input, version: version ?? defaultVersion, executionId },
        instanceId,
      );
    return "retryOptions" in action ? retry(context, action.retryOptions, call) : call();
  }

  #createTimer(fireAt: number, isCanceled: boolean): Task {
    const { context } = this.#needs;
    if (isCanceled && isLong(context, fireAt)) this.cancelledLongTimers.push(fireAt);
    return longTimer(context, fireAt, isCanceled);
  }

  /** @see CallDurableTaskFunctionAsync in DurableOrchestrationContext.cs */
  #checkChildId(id: string): void {
    if (this.#needs.takenIds.some((taken) => taken.toLowerCase() === id.toLowerCase())) {
      throw this.#failed(
        "The instance ID of a sub-orchestration must be different than the instance ID of a parent orchestration.",
      );
    }
    if (id.startsWith("@")) throw this.#failed("Orchestration instance ids must not start with @");
  }

  /**
   * Stricter than the extension on purpose, like the check of ids: there the failure stays inside the replayed task, no
   * id is taken, and the orchestrator waits for ever. Here it fails with the text that C# orchestrators get.
   */
  #demand(kind: "activity" | "orchestration", name: string, what: string): void {
    if (this.#needs.functions.has(kind, name)) return;
    throw this.#failed(`The function '${name}' doesn't exist, is disabled, or is not ${what}.`);
  }

  #failed(message: string): WalkFailure {
    return new WalkFailure(`Orchestrator function '${this.#needs.orchestrator}' failed: ${message}`);
  }
}

function settledTask(): Task {
  const task = new Task();
  task.settle("succeeded");
  return task;
}
