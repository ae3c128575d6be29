import { ActionType } from "./state.ts";

const ENTITIES = "Keep the state in an orchestration or in a database, and change it in activities.";

/** The features that the real extension has and this stand-in has not: what the failed instance's output says of them. */
export const UNSUPPORTED = {
  [ActionType.CallEntity]: `callEntity: this stand-in has no durable entities. ${ENTITIES}`,
  [ActionType.SignalEntity]: `signalEntity: this stand-in has no durable entities. ${ENTITIES}`,
  [ActionType.ScheduledSignalEntity]: `signalEntity: this stand-in has no durable entities. ${ENTITIES}`,
  [ActionType.LockEntities]: `lock: this stand-in has no durable entities. ${ENTITIES}`,
  [ActionType.ReleaseEntities]: `lock: this stand-in has no durable entities. ${ENTITIES}`,
  [ActionType.CallHttp]:
    "callHttp: this stand-in does not make HTTP calls itself. Make the call in an activity.",
} as const;
