import type { DurableFunctions } from "../contract.ts";
import { customStatusFault } from "./custom-status.ts";
import type { Finding } from "./detectors/finding.ts";
import { findings } from "./detectors/findings.ts";
import type { Observed } from "./detectors/observed.ts";
import { THROW_WITHOUT_MESSAGE } from "./detectors/throw-without-message.ts";
import { WalkFailure } from "./failure.ts";
import type { HistoryEvent } from "./history.ts";
import type { Turn } from "./state.ts";
import { failed, type WalkResult } from "./walk-result.ts";
import { Walker } from "./walker.ts";

export interface WalkNeeds {
  orchestrator: string;
  turn: Turn;
  functions: Pick<DurableFunctions, "has">;
  /** What a sub-orchestration gets whose caller names no version; none when nothing is said. */
  defaultVersion?: string;
  /** Fails the execution with the first finding. */
  isStrict?: boolean;
}

/** Walks the history, replaying the actions beside it, and finds what is new. Pure: no I/O, no clock. */
export function walk(history: readonly HistoryEvent[], needs: WalkNeeds): WalkResult {
  const { turn, orchestrator } = needs;
  const lastId = history.reduce((last, event) => Math.max(last, event.EventId), -1);
  const { state, thrown, found: silent = [] } = turn.kind === "broken" ? stateOf(turn) : withError(turn);
  const fault = customStatusFault(state.customStatus);
  if (fault !== undefined)
    return failed(`Orchestrator function '${orchestrator}' failed: ${fault}`, lastId + 1);
  const walker = new Walker({ ...needs, state, thrown });
  const { result, observed } = walkOn(walker, history);
  const found = [...silent, ...findings(observed)];
  const first = needs.isStrict === true ? found[0] : undefined;
  return first === undefined
    ? { ...result, findings: found }
    : failed(first.message, result.completion?.id ?? walker.context.takeId(), { found });
}

type Stated = Omit<Turn & { kind: "state" }, "kind"> & { found?: Finding[] };

/** What is thrown without a message leaves no word of it in the state, and the extension then does not look at the state. */
function withError({ state, thrown }: Turn & { kind: "state" }): Stated {
  if (thrown === undefined || state.error !== undefined) return { state, thrown };
  const message = `One or more errors occurred. (Result: Failure\nException: ${thrown.message}\nStack: )`;
  return { ...stateOf({ kind: "broken", message, stack: thrown.stack }), found: [THROW_WITHOUT_MESSAGE] };
}

/** Who brings back no state has asked for nothing: what it asked for earlier is missing, and that is what is told. */
function stateOf({ message, stack }: Turn & { kind: "broken" }): Stated {
  return {
    state: { isDone: true, actions: [[]], error: message, schemaVersion: 3 },
    thrown: { message, stack },
  };
}

function walkOn(
  walker: Walker,
  history: readonly HistoryEvent[],
): { result: Omit<WalkResult, "findings">; observed: Observed } {
  try {
    for (const event of history) walker.pass(event);
    const result = walker.result();
    return { result, observed: walker.observe(result) };
  } catch (error) {
    if (!(error instanceof WalkFailure)) throw error;
    // The framework would still schedule what was pending, and so run activities twice; nobody can rely on that.
    const result = failed(error.message, walker.context.takeId());
    return { result, observed: walker.observe(result) };
  }
}
