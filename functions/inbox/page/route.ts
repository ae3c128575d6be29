/** The lists of requests. */
export const TABS = ["mine", "others", "decided"] as const;
export type Tab = (typeof TABS)[number];

/** The search's filters by name, as the API takes them; what is not asked for is not there. */
export type Filters = Readonly<Record<string, string>>;

/** What the address says is to be seen. */
export type Route =
  | { readonly view: "list"; readonly tab: Tab; readonly filters: Filters }
  /** `asked` is what a link was about: the number of the record that asked. */
  | { readonly view: "request"; readonly id: string; readonly asked: number | null }
  | { readonly view: "audit" | "policy" | "overview"; readonly rest: string; readonly filters: Filters }
  | { readonly view: "nowhere" };

const VIEWS = ["audit", "policy", "overview"] as const;

/** The filters of the lists, in their order on the screen. */
export const LIST_FILTERS = ["q", "cluster", "consumer", "endpoint", "person", "rule", "from", "to"] as const;
/** Those of what is not waiting. */
export const DECIDED_FILTERS = ["outcome", "state"] as const;

/** @param hash what stands in the address from `#` on; empty leads to the first list */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parameters = new URLSearchParams(query);
  const [, first = "", ...rest] = path.split("/");
  const filters = Object.fromEntries([...parameters].filter(([name, text]) => name !== "tab" && text !== ""));
  if (first === "" && rest.length === 0) return { view: "list", tab: tabIn(parameters), filters };
  if (first === "requests" && rest.length === 1 && rest[0]) {
    const asked = Number(parameters.get("asked"));
    return { view: "request", id: rest[0], asked: Number.isInteger(asked) && asked > 0 ? asked : null };
  }
  const view = VIEWS.find((known) => known === first);
  return view === undefined ? { view: "nowhere" } : { view, rest: rest.join("/"), filters };
}

const tabIn = (parameters: URLSearchParams): Tab =>
  TABS.find((tab) => tab === parameters.get("tab")) ?? "mine";

/** A path with a query, where there is one; what is empty is not asked for. */
export const withQuery = (path: string, query: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  return text === "" ? path : `${path}?${text}`;
};

export const requestHash = (id: string): string => `#/requests/${encodeURIComponent(id)}`;

export const listHash = (tab: Tab, filters: Filters = {}): string =>
  withQuery("#/", { ...(tab === "mine" ? {} : { tab }), ...filters });

export const viewHash = (view: (typeof VIEWS)[number], filters: Filters = {}, rest = ""): string =>
  withQuery(rest === "" ? `#/${view}` : `#/${view}/${rest}`, filters);

/** Where the API has what a list shows. */
export function listPath(tab: Tab, filters: Filters, limit: number, cursor: string | null): string {
  const paging = { limit: String(limit), ...(cursor === null ? {} : { cursor }) };
  switch (tab) {
    case "mine":
      return withQuery("/api/requests", { ...filters, waitsForMe: "true", order: "deadline", ...paging });
    case "others":
      return withQuery("/api/requests", { ...filters, state: "waiting", order: "deadline", ...paging });
    case "decided":
      return withQuery("/api/requests", { state: "closed", ...filters, order: "newest", ...paging });
  }
}
