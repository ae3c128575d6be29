/**
 * What a value says, as JSON: without spaces, members sorted by their names' UTF-16 code units. Two values have the same
 * text just when they are the same JSON, in whatever order they were written; so members that are undefined are none.
 */
export function canonicalText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const members: string[] = [];
  const object = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(object).sort())
    if (object[name] !== undefined) members.push(`${JSON.stringify(name)}:${canonicalText(object[name])}`);
  return `{${members.join(",")}}`;
}

/** What a stored text says; null when it is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
