const MAX_LENGTH = 60;

/** How many names may still be compared for one file; `closest` takes from it. */
export interface Comparisons {
  left: number;
}

/**
 * The known name that `written` is most likely a slip of, or null when none is near: at most one edit for every three
 * characters, or more at the end. Letters of the wrong case count as right.
 */
export function closest(written: string, known: Iterable<string>, comparisons: Comparisons): string | null {
  if (written.length > MAX_LENGTH) return null;
  let best: { readonly name: string; readonly edits: number } | null = null;
  let abbreviation: string | null = null;

  for (const name of known) {
    if (name.length >= 3 && written.length > name.length && written.startsWith(name)) abbreviation = name;
    const allowed = Math.max(1, Math.floor(Math.max(written.length, name.length) / 3));
    if (name.length > MAX_LENGTH || Math.abs(name.length - written.length) > allowed) continue;
    if (comparisons.left === 0) break;
    comparisons.left--;
    const edits = editsBetween(written.toLowerCase(), name.toLowerCase(), allowed);
    if (edits <= allowed && (best === null || edits < best.edits)) best = { name, edits };
  }
  return best?.name ?? abbreviation;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that make `b` of `a` (optimal string alignment); infinite
 * when it is found on the way that there are more than allowed.
 */
function editsBetween(a: string, b: string, allowed: number): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          cell(last, j - 1) + (same ? 0 : 1),
          cell(last, j) + 1,
          cell(row, j - 1) + 1,
          swapped ? cell(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    if (Math.min(...row) > allowed) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = row;
  }
  return cell(last, b.length);
}

const cell = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;
