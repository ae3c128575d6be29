/** Checks JSON by hand: returns where it is first not as it should be, `.rules[3].name`, or null when all is well. */
export type Shape = (value: unknown) => string | null;

const HERE = "";

/** Whatever a predicate takes. */
export const that =
  (isFine: (value: unknown) => boolean): Shape =>
  (value) =>
    isFine(value) ? null : HERE;

export const text = (maxLength = Number.POSITIVE_INFINITY): Shape =>
  that((value) => typeof value === "string" && value.length <= maxLength);

export const integer = (min: number, max = Number.MAX_SAFE_INTEGER): Shape =>
  that((value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max);

export const flag: Shape = that((value) => typeof value === "boolean");

export const word = (...words: readonly string[]): Shape =>
  that((value) => words.some((each) => each === value));

export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null ? null : shape(value);

/** A list, of `min` entries at least. */
export const list =
  (shape: Shape, min = 0): Shape =>
  (value) => {
    if (!Array.isArray(value) || value.length < min) return HERE;
    let index = 0;
    for (const item of value) {
      const fault = shape(item);
      if (fault !== null) return `[${index}]${fault}`;
      index++;
    }
    return null;
  };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with any keys. */
export const record =
  (shape: Shape): Shape =>
  (value) => {
    if (!isObject(value)) return HERE;
    for (const [key, inner] of Object.entries(value)) {
      const fault = shape(inner);
      if (fault !== null) return `.${key}${fault}`;
    }
    return null;
  };

/** An object with exactly these keys. */
export function object(shapes: Readonly<Record<string, Shape>>): Shape {
  const fields = Object.entries(shapes).map(([key, shape]) => ({ key, shape }));
  return (value) => {
    if (!isObject(value)) return HERE;
    for (const { key, shape } of fields) {
      // What is inherited is no JSON, and no shape takes it.
      const fault = shape(value[key]);
      if (fault !== null) return `.${key}${fault}`;
    }
    return Object.keys(value).length === fields.length ? null : HERE;
  };
}

/** An object whose `kind` says which other keys it has. */
export const union = (members: Readonly<Record<string, Readonly<Record<string, Shape>>>>): Shape => {
  const shapes = new Map(
    Object.entries(members).map(([kind, shape]) => [kind, object({ kind: word(kind), ...shape })]),
  );
  return (value) => {
    const kind = isObject(value) ? value.kind : undefined;
    const shape = typeof kind === "string" ? shapes.get(kind) : undefined;
    return shape === undefined ? ".kind" : shape(value);
  };
};
