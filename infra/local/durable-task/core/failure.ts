/** Ends the orchestration as Failed, at once; the message becomes the instance's output. */
export class WalkFailure extends Error {}

/** The replayed actions do not fit the history. @see NonDeterministicOrchestrationException.cs in DurableTask.Core */
export class NonDeterminism extends WalkFailure {
  constructor(details: string) {
    super(`Non-Deterministic workflow detected: ${details}`);
  }
}
