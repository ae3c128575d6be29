import { useEffect, useState } from "preact/hooks";
import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import type { RequestPage } from "../api.ts";
import { useWatch } from "../hooks.ts";
import { useInbox } from "../inbox.ts";
import type { Refusal } from "../reply.ts";
import { type Filters, listPath, type Tab } from "../route.ts";
import { joined } from "./joined.ts";

const PAGE = 50;
/** As many as the API gives at once. */
const MOST = 200;

export interface List {
  /** Null before anything was read. */
  readonly requests: readonly ListedRequest[] | null;
  readonly refusal: Refusal | null;
  readonly hint: string | null;
  /** How many there are; null where there may be more. */
  readonly count: number | null;
  /** Reads the next page; null where there is none. */
  readonly more: (() => void) | null;
  readonly isLoadingMore: boolean;
}

/** A list, its first page again and again, and as many pages more as somebody asks for. */
export function useList(tab: Tab, filters: Filters): List {
  const { client } = useInbox();
  const first = useWatch<RequestPage>(listPath(tab, filters, PAGE, null));
  const mine = useWatch<RequestPage>(tab === "others" ? listPath("mine", {}, MOST, null) : null);
  const [pages, setPages] = useState<readonly RequestPage[]>([]);
  const [trouble, setTrouble] = useState<Refusal | null>(null);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const key = `${tab} ${JSON.stringify(filters)}`;
  useEffect(() => {
    // Further pages are those of one list.
    setPages([]);
    setTrouble(null);
  }, [key]);

  const all = first.value === null ? null : [first.value, ...pages];
  const cursor = all?.at(-1)?.nextCursor ?? null;
  const without = tab === "others" ? (mine.value?.requests ?? null) : [];
  const requests = all === null || without === null ? null : joined(all, without);
  const more = async (from: string) => {
    setLoadingMore(true);
    const reply = await client.get<RequestPage>(listPath(tab, filters, PAGE, from));
    setLoadingMore(false);
    setTrouble(reply.ok ? null : reply.refusal);
    if (reply.ok) setPages((had) => [...had, reply.value]);
  };
  return {
    requests,
    refusal: first.refusal ?? trouble,
    hint: first.value?.hint ?? null,
    count: cursor === null ? (requests?.length ?? null) : null,
    more: cursor === null ? null : () => void more(cursor),
    isLoadingMore,
  };
}
