import { within } from "../time-limit.ts";

interface Sharing<K> {
  /** A question waits at most so many ms for the call before it to end. */
  readonly patienceMs: number;
  /** Resolves when the next call may begin; who asks until then shares it. It rejects for all of them. */
  readonly turn?: (key: K) => Promise<void>;
}

/**
 * Lets those who ask for the same while a call is on its way share the one after it. That one starts after they asked,
 * so no answer is older than its question, as if each had asked alone; only a wave asks less often.
 */
export function share<K extends string, V>(
  ask: (key: K) => Promise<V>,
  { patienceMs, turn }: Sharing<K>,
): (key: K) => Promise<V> {
  const underWay = new Map<K, Promise<V>>();
  const next = new Map<K, Promise<V>>();

  const start = (key: K): Promise<V> => {
    next.delete(key);
    const call = ask(key);
    const end = () => {
      if (underWay.get(key) === call) underWay.delete(key);
    };
    underWay.set(key, call);
    call.then(end, end);
    return call;
  };

  const startInTurn = async (key: K): Promise<V> => {
    const before = underWay.get(key);
    if (before !== undefined) await within(patienceMs, before).catch(() => undefined);
    try {
      await turn?.(key);
    } catch (error) {
      next.delete(key);
      throw error;
    }
    return start(key);
  };

  return (key) => {
    if (turn === undefined && !underWay.has(key)) return start(key);
    const shared = next.get(key) ?? startInTurn(key);
    next.set(key, shared);
    return shared;
  };
}
