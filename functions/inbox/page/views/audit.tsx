import { useRef } from "preact/hooks";
import { useInbox } from "../inbox.ts";
import { Filters } from "../list/filters.tsx";
import { useRowKeys } from "../list/use-row-keys.ts";
import type { Filters as Asked } from "../route.ts";
import { filterNames, searchHash, searchOf } from "./audit-search.ts";
import { Files } from "./files.tsx";
import { Found } from "./found.tsx";
import { Heading } from "./heading.tsx";
import { TrailView } from "./trail.tsx";

interface Props {
  /** What follows `#/audit/` in the address: a request's id, or empty for the search. */
  readonly rest: string;
  readonly filters: Asked;
  readonly areKeysOn: boolean;
}

export function AuditView({ rest, filters, areKeysOn }: Props) {
  const isAuditor = useInbox().me.roles.includes("Auditor");
  return rest === "" ? (
    <SearchView filters={filters} areKeysOn={areKeysOn} isAuditor={isAuditor} />
  ) : (
    <TrailView key={rest} id={rest} isAuditor={isAuditor} />
  );
}

const NAMES = { records: "Records", requests: "Requests", accesses: "Who looked" } as const;

interface SearchProps extends Omit<Props, "rest"> {
  readonly isAuditor: boolean;
}

/** Records, requests, or who looked at them, by everything that they can be found by. */
function SearchView({ filters, areKeysOn, isAuditor }: SearchProps) {
  const pane = useRef<HTMLDivElement>(null);
  useRowKeys(pane, areKeysOn);
  const search = searchOf(filters);
  const key = searchHash(search);
  const lists = isAuditor
    ? (["records", "requests", "accesses"] as const)
    : (["records", "requests"] as const);
  return (
    <div class="page" ref={pane}>
      <Heading>Audit</Heading>
      <nav class="tabs" aria-label="What is searched">
        {lists.map((of) => (
          <a
            key={of}
            href={searchHash(searchOf({ ...filters, of }))}
            aria-current={of === search.of ? "page" : undefined}
          >
            {NAMES[of]}
          </a>
        ))}
      </nav>
      {!isAuditor && <p class="aside">Auditors see more: files, sign-in names, tags, and who looked.</p>}
      <Filters
        key={search.of}
        names={filterNames(search.of)}
        filters={search.filters}
        hashOf={(asked) => searchHash({ of: search.of, filters: asked })}
      />
      <Files key={`${key} files`} search={search} />
      <Found key={`${key} found`} search={search} />
    </div>
  );
}
