/** A cell, and how it looks once it has its width. */
export interface Cell {
  readonly text: string;
  readonly painted?: (text: string) => string;
}

const GAP = "  ";

/** Columns side by side, each as wide as its widest cell; one line for each row, and none at the end of it that is blank. */
export function table(rows: readonly (readonly Cell[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, { text }] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  return rows.map((row) => {
    const last = row.length - 1;
    return row
      .map(({ text, painted = asIs }, column) => {
        const padding = column === last ? "" : " ".repeat((widths[column] ?? 0) - widthOf(text));
        return `${painted(text)}${padding}`;
      })
      .join(GAP)
      .trimEnd();
  });
}

const asIs = (text: string): string => text;

/** In letters as people see them; East Asian ones take two columns in most terminals, which is not known here. */
const widthOf = (text: string): number => [...new Intl.Segmenter("en").segment(text)].length;
