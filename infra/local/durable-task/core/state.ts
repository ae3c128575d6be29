import * as z from "zod";
import type { InvocationResult } from "../contract.ts";

/** @see durable-functions 3.5.0, src/actions/ActionType.ts */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

const RetryOptions = z.object({
  firstRetryIntervalInMilliseconds: z.number(),
  maxNumberOfAttempts: z.number(),
  backoffCoefficient: z.number().optional(),
  maxRetryIntervalInMilliseconds: z.number().optional(),
  retryTimeoutInMilliseconds: z.number().optional(),
});
export type RetryOptions = z.infer<typeof RetryOptions>;

const CallActivity = z.object({
  actionType: z.literal(ActionType.CallActivity),
  functionName: z.string(),
  input: z.unknown().optional(),
});
const CallActivityWithRetry = CallActivity.extend({
  actionType: z.literal(ActionType.CallActivityWithRetry),
  retryOptions: RetryOptions,
});
const CallSubOrchestrator = CallActivity.extend({
  actionType: z.literal(ActionType.CallSubOrchestrator),
  instanceId: z.string().nullish(),
  version: z.string().nullish(),
});
const CallSubOrchestratorWithRetry = CallSubOrchestrator.extend({
  actionType: z.literal(ActionType.CallSubOrchestratorWithRetry),
  retryOptions: RetryOptions,
});
const ContinueAsNew = z.object({
  actionType: z.literal(ActionType.ContinueAsNew),
  input: z.unknown().optional(),
});
const CreateTimer = z.object({
  actionType: z.literal(ActionType.CreateTimer),
  fireAt: z.iso.datetime(),
  isCanceled: z.boolean(),
});
const WaitForExternalEvent = z.object({
  actionType: z.literal(ActionType.WaitForExternalEvent),
  externalEventName: z.string(),
});
const Unsupported = z.object({
  actionType: z.literal([
    ActionType.CallEntity,
    ActionType.CallHttp,
    ActionType.SignalEntity,
    ActionType.ScheduledSignalEntity,
    ActionType.LockEntities,
    ActionType.ReleaseEntities,
  ]),
});
const Compound = z.object({
  actionType: z.literal([ActionType.WhenAny, ActionType.WhenAll]),
  compoundActions: z.array(z.lazy((): z.ZodType<Action> => Action)),
});

export type CallActivity = z.infer<typeof CallActivity> | z.infer<typeof CallActivityWithRetry>;
export type CallSubOrchestrator =
  | z.infer<typeof CallSubOrchestrator>
  | z.infer<typeof CallSubOrchestratorWithRetry>;

/** One thing an orchestrator asked for, as the SDK writes it into `actions`. */
export type Action =
  | CallActivity
  | CallSubOrchestrator
  | z.infer<typeof ContinueAsNew>
  | z.infer<typeof CreateTimer>
  | z.infer<typeof WaitForExternalEvent>
  | z.infer<typeof Unsupported>
  | { actionType: typeof ActionType.WhenAny | typeof ActionType.WhenAll; compoundActions: Action[] };
const Action = z.discriminatedUnion("actionType", [
  CallActivity,
  CallActivityWithRetry,
  CallSubOrchestrator,
  CallSubOrchestratorWithRetry,
  ContinueAsNew,
  CreateTimer,
  WaitForExternalEvent,
  Compound,
  Unsupported,
]);

/** From version 1 on, `actions` holds one list, one action per yield, compound actions nested. */
const OrchestratorState = z.object({
  isDone: z.boolean(),
  actions: z.tuple([z.array(Action)]),
  output: z.unknown().optional(),
  error: z.string().optional(),
  customStatus: z.unknown().optional(),
  schemaVersion: z.int().min(1).max(3),
});
/** What an orchestrator did since its start; the SDK sends all of it in every episode. */
type OrchestratorState = z.infer<typeof OrchestratorState>;

/** How the orchestrator's code ended badly; the SDK sends no message for what is thrown without one. */
interface Throw {
  /** As the worker reports it, with the state in it. */
  message: string;
  stack: string;
}

/** What one call of the orchestrator came to. `broken`: not even a state came back. */
export type Turn =
  | { kind: "state"; state: OrchestratorState; thrown: Throw | undefined }
  | { kind: "broken"; message: string; stack: string };

/** The SDK throws the state when the user's code throws. @see OrchestrationFailureError.ts in durable-functions 3.5.0 */
const STATE_LABEL = "\n\n$OutOfProcData$:";

/** Finds the orchestrator's state in what the worker returned or threw. */
export function readTurn(result: InvocationResult): Turn {
  if (result.ok) {
    const text = result.returnValue?.json ?? result.returnValue?.string;
    const otherwise = "The data returned by the out-of-process function execution was not valid json.";
    return readState(text, otherwise, undefined);
  }
  const { message, stack } = result.error;
  const label = message.indexOf(STATE_LABEL);
  if (label < 0) return { kind: "broken", message, stack };
  return readState(message.slice(label + STATE_LABEL.length), message, { message, stack });
}

function readState(text: string | undefined, otherwise: string, thrown: Throw | undefined): Turn {
  const stack = thrown?.stack ?? "";
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    return { kind: "broken", message: otherwise, stack };
  }
  const state = OrchestratorState.safeParse(value);
  if (state.success) return { kind: "state", state: state.data, thrown };
  return {
    kind: "broken",
    message: `The orchestrator's state is malformed: ${z.prettifyError(state.error)}`,
    stack,
  };
}
