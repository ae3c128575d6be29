import type { RequestPage } from "../api.ts";
import { useRead } from "../hooks.ts";
import { useInbox } from "../inbox.ts";
import { type Filters, listHash, listPath, type Tab } from "../route.ts";
import { emptySentence } from "./empty-sentence.ts";

interface Props {
  readonly tab: Tab;
  readonly filters: Filters;
  /** Why nothing was found, as the API says. */
  readonly hint: string | null;
}

const MANY = 50;

/** Why there is nothing to see: nothing waits, or the filters meet nothing. */
export function Empty({ tab, filters, hint }: Props) {
  const { me } = useInbox();
  const isFiltered = Object.keys(filters).length > 0;
  const isMine = tab === "mine" && !isFiltered;
  const others = useRead<RequestPage>(isMine ? listPath("others", {}, MANY, null) : null);
  const page = others?.ok ? others.value : null;
  return (
    <div class="empty">
      {isFiltered ? (
        <p>
          Nothing meets these filters. {hint} <a href={listHash(tab)}>Show all</a>
        </p>
      ) : (
        <p>
          {emptySentence({
            tab,
            isBlind: me.missing.some(({ code }) => code === "tooManyGroups"),
            others: page?.requests.length ?? null,
            isMore: page?.nextCursor != null,
            names: [...new Set(page?.requests.flatMap(({ approvers = [] }) => approvers))].toSorted(),
          })}
        </p>
      )}
      {isMine && page !== null && page.requests.length > 0 && (
        <a href={listHash("others")}>See what waits for others</a>
      )}
      {isMine && me.missing.length === 0 && hint !== null && <p>{hint}</p>}
    </div>
  );
}
