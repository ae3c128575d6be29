import { useEffect, useRef } from "preact/hooks";
import { useInbox } from "../inbox.ts";

/** Says how many were found, once for each search: those who do not see the list hear that it is another one. */
export function useFound(search: string, count: number | null): void {
  const { announcement } = useInbox();
  const said = useRef(search);
  useEffect(() => {
    if (count === null || said.current === search) return;
    said.current = search;
    announcement.set(`${count} found.`);
  }, [announcement, search, count]);
}
