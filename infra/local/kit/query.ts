/**
 * The values of a query's parameter, whose name may be spelt in any case: so read .NET's NameValueCollection and ASP.NET
 * Core's QueryCollection.
 */
export function queryValues(query: URLSearchParams, name: string): string[] {
  const wanted = name.toLowerCase();
  return [...query].flatMap(([key, value]) => (key.toLowerCase() === wanted ? [value] : []));
}

/** The value of a query's parameter, several joined by commas, as .NET has it; null when it is not there. */
export function queryValue(query: URLSearchParams, name: string): string | null {
  const values = queryValues(query, name);
  return values.length === 0 ? null : values.join(",");
}
