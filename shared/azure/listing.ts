import { Fault } from "../connection/fault.ts";
import type { Listing } from "../connection/port.ts";
import { oneLine } from "../text.ts";

/** What ARM calls something, safe to be told to people, whatever it is. */
export const quoted = (name: unknown): string =>
  typeof name === "string" && name !== "" ? `"${oneLine(name, 200)}"` : "without a name";

/** Understands each item of a list on its own. */
export function listingOf<A, T>(received: readonly A[], understand: (item: A) => T): Listing<T> {
  const items: T[] = [];
  const unreadable: Fault[] = [];
  for (const item of received) {
    try {
      items.push(understand(item));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "UNREADABLE") throw error;
      // Unlike a whole answer, which may be a gateway's, it will be the same the next time.
      unreadable.push(new Fault("STRANGE", error.message, { cause: error.cause }));
    }
  }
  return { items, unreadable };
}
