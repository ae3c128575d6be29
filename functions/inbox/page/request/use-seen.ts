import { useEffect, useState } from "preact/hooks";
import { type RequestDetail, requestPath } from "../api.ts";
import { useWatch } from "../hooks.ts";
import type { Refusal } from "../reply.ts";
import { type Change, changesOf, type Held, heldBy } from "../seen.ts";

/** What came of an act, and the request after it; null where that cannot be read. */
export interface During<T> {
  readonly came: T;
  readonly now: RequestDetail | null;
}

/** A request as the person sees it, which need not be as it is by now. */
export interface Seen {
  /** Null before it was read. */
  readonly request: RequestDetail | null;
  readonly refusal: Refusal | null;
  /** Why the screen stays behind; null where it shows what is so. */
  readonly held: Held | null;
  /** What was different when the person last had the newer one shown. */
  readonly changes: readonly Change[];
  /** Shows the newer one, and what is different. */
  showChanges(): void;
  /**
   * Does something about the request, then shows what is so, since that is what the person waits for; but not where
   * what came of it says that they have not seen what was asked.
   */
  during<T>(act: () => Promise<T>, isExpected: (came: T) => boolean): Promise<During<T>>;
}

const isMoving = ({ state }: RequestDetail): boolean => state === "applying" || state === "assessing";

/** Looks at a request again and again, and never takes away what somebody is about to answer. */
export function useSeen(id: string): Seen {
  const { value: latest, refusal, look } = useWatch<RequestDetail>(requestPath(id), isMoving);
  const [request, setRequest] = useState<RequestDetail | null>(null);
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const [isActing, setActing] = useState(false);
  const held = request === null || latest === null || isActing ? null : heldBy(request, latest);
  useEffect(() => {
    if (latest !== null && held === null && !isActing) setRequest(latest);
  }, [latest, held, isActing]);
  return {
    request: request ?? latest,
    refusal,
    held,
    changes,
    showChanges: () => {
      if (request === null || latest === null) return;
      setChanges(changesOf(request, latest));
      setRequest(latest);
    },
    during: async (act, isExpected) => {
      setActing(true);
      try {
        const came = await act();
        const now = await look();
        if (now !== null && isExpected(came)) {
          setChanges([]);
          setRequest(now);
        }
        return { came, now };
      } finally {
        setActing(false);
      }
    },
  };
}
