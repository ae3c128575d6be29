interface Memory<V> {
  readonly value: Promise<V>;
  readonly until: number;
}

interface Bounds {
  /** In ms, from when it was asked for. */
  readonly forMs: number;
  /** Of so many keys, the latest asked for. */
  readonly atMost: number;
}

/**
 * Asks once for those who ask at the same time, and remembers what was found. What failed or was not there is asked for
 * again the next time.
 */
export function remember<V>(
  ask: (key: string) => Promise<V | null>,
  { forMs, atMost }: Bounds,
): (key: string) => Promise<V | null> {
  const memories = new Map<string, Memory<V | null>>();

  return async (key) => {
    const known = memories.get(key);
    if (known !== undefined && Date.now() < known.until) return known.value;

    const memory = { value: ask(key), until: Date.now() + forMs };
    // A map gives its keys in the order in which they came, so the first is the oldest.
    memories.delete(key);
    const [oldest] = memories.keys();
    if (oldest !== undefined && memories.size >= atMost) memories.delete(oldest);
    memories.set(key, memory);
    const forget = () => {
      if (memories.get(key) === memory) memories.delete(key);
    };
    void memory.value.then((found) => found === null && forget(), forget);
    return memory.value;
  };
}
