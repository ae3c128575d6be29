import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { actionOf, rowAfter } from "../keys.ts";
import { isTyping } from "../shell/typing.ts";

/** j and k move the focus through the rows, / puts it into the search. Enter is the browser's, on the row's link. */
export function useRowKeys(pane: RefObject<HTMLElement>, areOn: boolean): void {
  useEffect(() => {
    if (!areOn) return;
    const listen = (event: KeyboardEvent) => {
      const action = actionOf(event);
      const { current } = pane;
      if (action === null || action === "help" || current === null || isTyping(event)) return;
      if (action === "search") current.querySelector<HTMLElement>("input[type=search]")?.focus();
      else focusRow(action, [...current.querySelectorAll<HTMLElement>("a.row-link")]);
      event.preventDefault();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [pane, areOn]);
}

/** From the row that has the focus or, where none has it, from the one that is open. */
function focusRow(action: "next" | "previous", rows: readonly HTMLElement[]): void {
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.ariaCurrent === "true");
  const target = rowAfter(action, focused < 0 ? open : focused, rows.length);
  if (target !== null) rows[target]?.focus();
}
