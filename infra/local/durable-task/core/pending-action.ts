/** What the replay asked for and no event of the history has confirmed yet: after the walk, new work. */
export type PendingAction =
  | { kind: "activity"; id: number; name: string; input: unknown }
  | { kind: "timer"; id: number; fireAt: number }
  | SubOrchestrationCall;

export interface SubOrchestrationCall {
  kind: "subOrchestration";
  id: number;
  name: string;
  instanceId: string;
  input: unknown;
  version: string;
  /** Which execution calls; an instance has a new one after every `continueAsNew`. */
  executionId: string;
}
