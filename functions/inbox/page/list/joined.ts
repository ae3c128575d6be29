import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import type { RequestPage } from "../api.ts";

/**
 * The requests of some pages, each once and as it was read first, since the first page is the newest read; without those
 * that are in another list.
 */
export function joined(
  pages: readonly RequestPage[],
  without: readonly Pick<ListedRequest, "id">[] = [],
): readonly ListedRequest[] {
  const seen = new Set(without.map(({ id }) => id));
  return pages
    .flatMap(({ requests }) => requests)
    .filter(({ id }) => {
      const isNew = !seen.has(id);
      seen.add(id);
      return isNew;
    });
}
