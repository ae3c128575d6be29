import { useEffect, useState } from "preact/hooks";
import { useInbox } from "../inbox.ts";
import { isPassing, type Refusal } from "../reply.ts";

interface Pages<P> {
  readonly pages: readonly P[];
  /** Why the last one is missing. */
  readonly refusal: Refusal | null;
  readonly isLoading: boolean;
  /** Reads one page more; null where there is none. */
  readonly more: (() => void) | null;
}

/** A list of the API, as many of its pages as somebody asks for. Another list is another component's. */
export function usePages<P extends { readonly nextCursor: string | null }>(
  pathFrom: (cursor: string | null) => string,
): Pages<P> {
  const { client } = useInbox();
  const [pages, setPages] = useState<readonly P[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isLoading, setLoading] = useState(true);
  const read = async (cursor: string | null) => {
    setLoading(true);
    const reply = await client.get<P>(pathFrom(cursor));
    setLoading(false);
    setRefusal(reply.ok ? null : reply.refusal);
    if (reply.ok) setPages((had) => [...had, reply.value]);
  };
  useEffect(() => void read(null), []);
  const last = pages.at(-1);
  // A first page is asked for again where that may help.
  const isMore = last === undefined ? refusal !== null && isPassing(refusal) : last.nextCursor !== null;
  return { pages, refusal, isLoading, more: isMore ? () => void read(last?.nextCursor ?? null) : null };
}
