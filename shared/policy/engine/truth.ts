/** Kleene's three-valued logic: what is known to be no stays no, whatever the unknown turns out to be. */
export type Truth = "yes" | "no" | "unknown";

/** Yes when all are; stops at the first no. */
export function all<T>(items: readonly T[], truthOf: (item: T) => Truth): Truth {
  let truth: Truth = "yes";
  for (const item of items) {
    const next = truthOf(item);
    if (next === "no") return "no";
    if (next === "unknown") truth = "unknown";
  }
  return truth;
}

/** Yes when one is; stops at the first yes. No when there is none. */
export function any<T>(items: readonly T[], truthOf: (item: T) => Truth): Truth {
  let truth: Truth = "no";
  for (const item of items) {
    const next = truthOf(item);
    if (next === "yes") return "yes";
    if (next === "unknown") truth = "unknown";
  }
  return truth;
}

/** Yes when both are. */
export const and = (one: Truth, other: Truth): Truth => (one === "no" || other === "yes" ? one : other);

/** Yes and no change places. */
export const not = (truth: Truth): Truth => (truth === "yes" ? "no" : truth === "no" ? "yes" : "unknown");
