import type { Page } from "../../shared/search/page.ts";
import type { ExportPage } from "./export.ts";

/** What one look at the store brings for a file. */
const PAGE_ITEMS = 200;

/** Everything that a list has, a look at the store at a time. What is empty is a page, too: whoever waits for it may have gone. */
export async function* allPages<T>(
  page: (paging: { readonly limit: number; readonly cursor: string | null }) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void> {
  let cursor: string | null = null;
  do {
    const { items, nextCursor }: Page<T> = await page({ limit: PAGE_ITEMS, cursor });
    yield items;
    cursor = nextCursor;
  } while (cursor !== null);
}

/** The pages of a file: a line for each item, after those that the file begins with. */
export async function* filePages<T>(
  head: readonly string[],
  pages: AsyncIterable<readonly T[]>,
  lines: (items: readonly T[]) => readonly string[] | Promise<readonly string[]>,
): AsyncGenerator<ExportPage, void> {
  let begun = head;
  for await (const items of pages) {
    yield { lines: [...begun, ...(await lines(items))], count: items.length };
    begun = [];
  }
}
