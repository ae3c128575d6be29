interface Memory<V> {
  readonly value: Promise<V>;
  until: number;
}

interface Bounds {
  /** In ms, from when it was asked for. */
  readonly forMs: number;
  /** The same, for what was not there. */
  readonly nothingForMs: number;
  /** Of so many keys, the latest asked for. */
  readonly atMost: number;
}

/**
 * Asks once for those who ask at the same time, and remembers what was found, and for a time of its own that there is
 * nothing. What failed is asked for again the next time.
 * @param keyOf the same for the same question
 */
export function remember<Q, V>(
  ask: (question: Q) => Promise<V | null>,
  { forMs, nothingForMs, atMost }: Bounds,
  keyOf: (question: Q) => string = String,
): (question: Q) => Promise<V | null> {
  const memories = new Map<string, Memory<V | null>>();

  return async (question) => {
    const key = keyOf(question);
    const known = memories.get(key);
    if (known !== undefined && Date.now() < known.until) return known.value;

    const askedAt = Date.now();
    const memory = { value: ask(question), until: askedAt + forMs };
    // A map gives its keys in the order in which they came, so the first is the oldest.
    memories.delete(key);
    const [oldest] = memories.keys();
    if (oldest !== undefined && memories.size >= atMost) memories.delete(oldest);
    memories.set(key, memory);
    const forget = () => {
      if (memories.get(key) === memory) memories.delete(key);
    };
    const shorten = (found: V | null) => {
      if (found === null) memory.until = askedAt + nothingForMs;
    };
    void memory.value.then(shorten, forget);
    return memory.value;
  };
}
