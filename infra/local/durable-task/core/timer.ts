import type { Context } from "./context.ts";
import { Task } from "./task.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A longer timer is made of pieces. @see AzureStorageDurabilityProvider.MaximumDelayTime: 6 days */
export const MAX_SHORT_TIMER_MS = 6 * DAY_MS;
const PIECE_MS = 3 * DAY_MS;

/** The same two, as the orchestration trigger carries them for the SDK's own chain of timers. */
export const MAX_SHORT_TIMER_DURATION = "6.00:00:00";
export const LONG_TIMER_PIECE_DURATION = "3.00:00:00";

/** Whether a timer is made of pieces. */
export function isLong(context: Context, fireAt: number): boolean {
  return fireAt - context.now > MAX_SHORT_TIMER_MS;
}

/**
 * A timer of any length; above six days a chain of three-day timers, each with its own id.
 *
 * A chain that is cancelled after its first piece has fired does not fit its own history any more, and the instance
 * fails as non-deterministic. That is what happens in Azure, so it happens here.
 * @see DurableOrchestrationContext.CreateTimer in the Durable extension; LongTimerTask.ts in durable-functions
 */
export function longTimer(context: Context, fireAt: number, isCanceled: boolean): Task {
  if (!isLong(context, fireAt)) return context.createTimer(fireAt, isCanceled);
  const whole = new Task();
  const next = (pieceAt: number): void => {
    const piece = context.createTimer(pieceAt, isCanceled);
    piece.whenSettled(() => {
      if (piece.hasFailed) whole.settle("failed");
      else if (context.now >= fireAt) whole.settle("succeeded");
      else next(Math.min(fireAt, context.now + PIECE_MS));
    });
  };
  next(context.now + PIECE_MS);
  return whole;
}
