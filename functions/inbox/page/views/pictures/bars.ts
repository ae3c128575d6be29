/** One column of a picture, in its own units: its parts stand on one another, the first one at the bottom. */
interface Column {
  readonly x: number;
  readonly width: number;
  /** `y` grows downwards. */
  readonly parts: readonly { readonly y: number; readonly height: number }[];
}

/** Where a scale ends that begins at 0: at the largest value. */
export const scaleTo = (values: readonly number[]): number => Math.max(1, ...values);

/** How long the bar of a value is, in percent of the scale; what is there at all is seen. */
export const lengthOf = (value: number, scale: number): number =>
  value === 0 ? 0 : Math.max(1, (value / scale) * 100);

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** Columns of equal width, side by side over the whole width, with a fifth of their place between them. */
export function columnsOf(
  stacks: readonly (readonly number[])[],
  { width, height, scale }: Frame,
): readonly Column[] {
  const place = width / stacks.length;
  return stacks.map((values, index) => {
    let y = height;
    const parts = values.map((value) => {
      const part = (value / scale) * height;
      y -= part;
      return { y, height: part };
    });
    return { x: place * (index + 0.1), width: place * 0.8, parts };
  });
}
