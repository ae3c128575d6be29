import { Fault } from "../connection/fault.ts";
import type { Listing } from "../connection/port.ts";

/** Understands each item of a list on its own. */
export function listingOf<A, T>(received: readonly A[], understand: (item: A) => T): Listing<T> {
  const items: T[] = [];
  const unreadable: Fault[] = [];
  for (const item of received) {
    try {
      items.push(understand(item));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "UNREADABLE") throw error;
      unreadable.push(error);
    }
  }
  return { items, unreadable };
}
