import type { PendingAction } from "../pending-action.ts";
import { type Action, ActionType } from "../state.ts";
import type { Finding } from "./finding.ts";
import type { Observed } from "./observed.ts";
import { doSidesDiffer } from "./sides.ts";

const detector = "task-yielded-twice";

const HARM =
  "Azure schedules it a second time, every later id shifts, and results reach the wrong tasks " +
  "(azure-functions-durable-js issue 574).";

/**
 * A timer, activity or sub-orchestration whose task is yielded again inside another Task.any or Task.all.
 *
 * The list of actions shows such a task as the same action in two yields. For a timer that is still open the same due
 * time is proof enough; an activity may well be called twice with one input, so there the two sides must disagree too,
 * and for a timer that has fired. A task that is yielded again by itself is not written down again, so the second yield
 * is a compound one.
 */
export function taskYieldedTwice(observed: Observed): Finding[] {
  return [...openTimersAgain(observed), ...othersAgain(observed)];
}

function openTimersAgain({ actions, newWork, open }: Observed): Finding[] {
  const openTimes = countsOf(open.filter(isTimer).map(textOfWork));
  const suspects = newWork
    .filter(isTimer)
    .map(textOfWork)
    .filter((text) => (openTimes.get(text) ?? 0) > 1);
  if (suspects.length === 0) return [];
  const again = yieldedAgain(actions);
  return suspects.flatMap((text) => again.get(text) ?? []).map(finding);
}

function othersAgain(observed: Observed): Finding[] {
  const differ = doSidesDiffer(observed);
  if (differ === "no") return [];
  const { actions, open } = observed;
  const openTimes = countsOf(open.map(textOfWork));
  return [...yieldedAgain(actions)]
    .filter(([text, leaf]) => {
      const isFired = leaf.actionType === ActionType.CreateTimer && !openTimes.has(text);
      return differ === "yes" || isFired || (openTimes.get(text) ?? 0) > 1;
    })
    .map(([, leaf]) => finding(leaf));
}

function finding(leaf: Action): Finding {
  if (leaf.actionType === ActionType.CreateTimer) {
    const advice = "Create a fresh timer for every yield, and cancel the one before.";
    const message = `Two yields wait for a timer of ${leaf.fireAt}: was one timer yielded twice? ${HARM} ${advice}`;
    return { detector, message };
  }
  const name = "functionName" in leaf ? leaf.functionName : "";
  const message =
    `The results do not reach the tasks they belong to, and '${name}' stands in two yields with the same input: was ` +
    `its task yielded twice? ${HARM} Call it anew for every Task.any and Task.all.`;
  return { detector, message };
}

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

const isTimer = (work: PendingAction): boolean => work.kind === "timer";
const textOfTimer = (fireAt: number): string => JSON.stringify(["timer", fireAt]);
const textOfCall = (name: string, input: unknown): string => JSON.stringify(["call", name, input]);
const textOfWork = (work: PendingAction): string =>
  work.kind === "timer" ? textOfTimer(work.fireAt) : textOfCall(work.name, work.input);

/** What tells a leaf from others; undefined for an event and for a cancelled timer, which may come again. */
function textOfLeaf(leaf: Action): string | undefined {
  if (leaf.actionType === ActionType.CreateTimer) {
    return leaf.isCanceled ? undefined : textOfTimer(Date.parse(leaf.fireAt));
  }
  return "functionName" in leaf ? textOfCall(leaf.functionName, leaf.input) : undefined;
}

/** What stands in one yield and in a later compound one. */
function yieldedAgain(actions: readonly Action[]): Map<string, Action> {
  const firstYields = new Map<string, number>();
  const again = new Map<string, Action>();
  for (const [index, action] of actions.entries()) {
    for (const leaf of leaves(action)) {
      const text = textOfLeaf(leaf);
      if (text === undefined) continue;
      const first = firstYields.get(text);
      if (first === undefined) firstYields.set(text, index);
      else if (first < index && leaf !== action) again.set(text, leaf);
    }
  }
  return again;
}

function leaves(action: Action): Action[] {
  const isCompound = action.actionType === ActionType.WhenAny || action.actionType === ActionType.WhenAll;
  return isCompound ? action.compoundActions.flatMap(leaves) : [action];
}
