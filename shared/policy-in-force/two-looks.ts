/** What stayed as it is for so long counts as whole. */
export const QUIET_MS = 1_000;
const MAX_WAITS = 5;

/** What one look found. */
export interface Look {
  /** The same for the same, to the last byte. */
  readonly fingerprint: string;
  /** Whether nothing changed while it was looked at. */
  readonly isWhole: boolean;
}

interface Looking<L> {
  look(): Promise<L>;
  /** Whether the first look is enough. */
  isKnown(seen: L): boolean;
  pause(ms: number): Promise<unknown>;
}

/**
 * What two looks found, a second apart; null where it never comes to rest. A look that fails counts when the one after it
 * fails as well: what it looks for may have been about to be replaced.
 */
export async function twoLooks<L extends Look>({ look, isKnown, pause }: Looking<L>): Promise<L | null> {
  let seen = await look().catch(orThrow(false));
  if (seen?.isWhole && isKnown(seen)) return seen;
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    await pause(QUIET_MS);
    const before = seen;
    seen = await look().catch(orThrow(before === null));
    if (seen?.isWhole && seen.fingerprint === before?.fingerprint) return seen;
  }
  return null;
}

/** What a look that failed comes to: nothing, unless the one before it had failed, too. */
const orThrow =
  (hadFailed: boolean) =>
  (error: unknown): null => {
    if (hadFailed) throw error;
    return null;
  };
