import { within } from "../time-limit.ts";

/**
 * Lets those who ask for the same while a call is on its way share the one after it. That one starts after they asked,
 * so no answer is older than its question, as if each had asked alone; only a wave asks less often.
 * @param patienceMs so long a question waits at most for the call before it to end
 */
export function share<K extends string, V>(
  ask: (key: K) => Promise<V>,
  patienceMs: number,
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

  return (key) => {
    const before = underWay.get(key);
    if (before === undefined) return start(key);
    const goOn = () => start(key);
    const shared = next.get(key) ?? within(patienceMs, before).then(goOn, goOn);
    next.set(key, shared);
    return shared;
  };
}
