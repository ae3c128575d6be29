import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { requestHash } from "../route.ts";

/** Who closes a request is back at its row; where that is gone, at the top of the list. */
export function useFocusBack(pane: RefObject<HTMLElement>, openId: string | null): void {
  const before = useRef<string | null>(null);
  useEffect(() => {
    const closed = openId === null ? before.current : null;
    before.current = openId;
    if (closed === null) return;
    const rows = [...(pane.current?.querySelectorAll<HTMLAnchorElement>("a.row-link") ?? [])];
    const row = rows.find(({ hash }) => hash === requestHash(closed));
    (row ?? pane.current?.querySelector<HTMLElement>("a[aria-current=page]"))?.focus();
  }, [pane, openId]);
}
