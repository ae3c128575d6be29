/** The name under which a digest is kept: names are in the order of the numbers. */
export const nameOf = (number: number): string => `${String(number).padStart(8, "0")}.digest`;

/** The number of a digest by its name; null for what is none. */
export function numberOf(name: string): number | null {
  const [, digits] = /^(\d{8,15})\.digest$/.exec(name) ?? [];
  return digits === undefined || nameOf(Number(digits)) !== name ? null : Number(digits);
}

/** The numbers of those among some names, in order. */
export const numbersIn = (names: readonly string[]): readonly number[] =>
  names.flatMap((name) => numberOf(name) ?? []).sort((one, other) => one - other);
