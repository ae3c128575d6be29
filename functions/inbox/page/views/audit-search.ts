import { type Filters, viewHash, withQuery } from "../route.ts";

const COMMON = ["q", "cluster", "consumer", "endpoint", "person", "rule", "request"] as const;
/** What is searched: each has a list of the API. */
const LISTS = {
  records: { path: "/api/audit", filters: [...COMMON, "kind", "outcome", "from", "to"] },
  requests: { path: "/api/requests", filters: [...COMMON, "outcome", "trouble", "from", "to"] },
  accesses: { path: "/api/audit/accesses", filters: ["request", "from", "to"] },
} as const;
export type Found = keyof typeof LISTS;

/** What is searched, by what: only what its list takes. */
export interface Search {
  readonly of: Found;
  readonly filters: Filters;
}

export const filterNames = (of: Found): readonly string[] => LISTS[of].filters;

/** @param asked what the address says; `of` is what is searched, records where it does not say */
export function searchOf({ of: named, ...asked }: Filters): Search {
  const of = named !== undefined && Object.hasOwn(LISTS, named) ? (named as Found) : "records";
  const filters = Object.fromEntries(
    filterNames(of).flatMap((name) => (asked[name] ? [[name, asked[name]]] : [])),
  );
  return { of, filters };
}

/** The address of a search: it can be sent to somebody. */
export const searchHash = ({ of, filters }: Search): string =>
  viewHash("audit", of === "records" ? filters : { of, ...filters });

/** Where the API has what is searched, all of it or from a cursor on. */
export const searchPath = ({ of, filters }: Search, paging: Filters = {}): string =>
  withQuery(LISTS[of].path, { ...filters, ...paging });

/** The types of files that there are of what is searched, by their endings; none for who may not have them. */
export function filesOf(of: Found, roles: readonly string[]): Readonly<Record<string, string>> {
  if (of === "accesses" || !roles.includes("Auditor")) return {};
  return { csv: "text/csv", ndjson: "application/x-ndjson" };
}
