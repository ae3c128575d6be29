import { vi } from "vitest";

/** Does something as if two minutes had passed. */
export async function afterAWhile<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ["Date"] });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}
