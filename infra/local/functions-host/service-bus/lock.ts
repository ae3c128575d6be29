import type { Clock } from "../../kit/clock.ts";

/** How soon a renewal that failed is tried again, in milliseconds. */
const RETRY_MS = 500;

/** The lock of a message that is being worked on. */
interface KeptLock {
  /** Renews no more. Returns until when the lock holds, in milliseconds since 1970. */
  release(): number;
}

/**
 * Renews a lock when half of its time is over, until it is released, is lost, or `limitMs` have passed. A renewal that
 * fails is tried again for as long as the lock holds, since a broker may be back by then.
 * @param clock the broker's, which need not be what the app is told
 */
export function keepLock(
  lockedUntil: Date | undefined,
  renew: () => Promise<Date>,
  limitMs: number,
  clock: Clock,
): KeptLock {
  const giveUpAt = clock.now() + limitMs;
  let until = lockedUntil?.getTime() ?? 0;
  let timer: NodeJS.Timeout | undefined;
  let released = false;

  async function tick(): Promise<void> {
    try {
      until = (await renew()).getTime();
      plan((until - clock.now()) / 2);
    } catch {
      // Whether the lock was lost shows when the message is settled; there is nobody to tell before.
      plan(RETRY_MS);
    }
  }

  function plan(inMs: number): void {
    const at = clock.now() + inMs;
    if (released || at >= until || at >= giveUpAt) return;
    timer = setTimeout(() => void tick(), inMs);
  }

  plan((until - clock.now()) / 2);
  return {
    release: () => {
      released = true;
      clearTimeout(timer);
      return until;
    },
  };
}
