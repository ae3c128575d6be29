/** What follows a name that is not known: a guess at the one that was meant, or the end of the sentence. */
export function didYouMean(written: string, known: readonly string[]): string {
  const meant = closest(written, known);
  return meant === undefined ? "." : `; did you mean ${meant}?`;
}

/** The known name that begins like this; else the nearest one, if at most every third letter is wrong. */
function closest(written: string, known: readonly string[]): string | undefined {
  const abbreviated = known.find((name) => written.length > 1 && name.startsWith(written));
  if (abbreviated !== undefined) return abbreviated;
  const allowed = written.length / 3;
  const near = known
    .map((name) => ({ name, edits: editsBetween(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= allowed)
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.name;
}

/** Letters to insert, delete or replace until `a` is `b` (Levenshtein's distance), one row of his table at a time. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const [left, above, diagonal] = [next[j] ?? 0, row[j + 1] ?? 0, row[j] ?? 0];
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
