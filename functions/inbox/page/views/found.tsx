import type { Access } from "../../../../shared/search/access.ts";
import type { ListedRequest, RecordSummary } from "../../../../shared/search/summaries.ts";
import { momentOf } from "../../../../shared/view/row.ts";
import { useNow } from "../hooks.ts";
import { viewHash } from "../route.ts";
import { Stale } from "../shell/stale.tsx";
import { When } from "../shell/when.tsx";
import { type Search, searchPath } from "./audit-search.ts";
import { accessEntry, type Entry, recordEntry } from "./entries.ts";
import { Rows } from "./rows.tsx";
import { usePages } from "./use-pages.ts";

/** A page of whichever list. */
interface Page {
  readonly records?: readonly RecordSummary[];
  readonly requests?: readonly ListedRequest[];
  readonly accesses?: readonly Access[];
  /** Of what stands in the accesses by its id. */
  readonly names?: Readonly<Record<string, string>>;
  readonly nextCursor: string | null;
  readonly hint?: string;
}

/** What a search found, newest first. */
export function Found({ search }: { readonly search: Search }) {
  const { pages, refusal, isLoading, more } = usePages<Page>((cursor) =>
    searchPath(search, cursor === null ? {} : { cursor }),
  );
  const entries = pages.flatMap(({ records = [], accesses = [], names = {} }) => [
    ...records.map(recordEntry),
    ...accesses.map((access) => accessEntry(access, names)),
  ]);
  const requests = pages.flatMap((page) => page.requests ?? []);
  const count = entries.length + requests.length;
  return (
    <>
      <Stale refusal={refusal} isOld={count > 0} />
      <p role="status">
        {isLoading && "Loading …"}
        {!isLoading && pages[0] !== undefined && (
          <>
            {count === 0 ? "Nothing" : count} found{more === null ? "." : " so far."} {pages[0].hint}
          </>
        )}
      </p>
      {requests.length > 0 && <Rows of={requests} />}
      {entries.length > 0 && <Entries entries={entries} />}
      {more !== null && (
        <button type="button" disabled={isLoading} onClick={more}>
          {pages.length === 0 ? "Try again" : "Show more"}
        </button>
      )}
    </>
  );
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  const now = useNow();
  return (
    <ul class="rows">
      {entries.map(({ at, who, title, sentence, detail, id }, index) => (
        <li key={index} class="row">
          <div class="what">
            {id === null ? (
              <strong>{title}</strong>
            ) : (
              <a class="row-link" href={viewHash("audit", {}, id)}>
                {title}
              </a>
            )}
            <span title={detail}>{sentence}</span>
          </div>
          <div class="stands">
            <When moment={momentOf(at, now)} isLong /> {who}
          </div>
        </li>
      ))}
    </ul>
  );
}
