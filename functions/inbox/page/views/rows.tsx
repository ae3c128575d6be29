import type { ListedRequest } from "../../../../shared/search/summaries.ts";
import { rowOf } from "../../../../shared/view/index.ts";
import { useNow } from "../hooks.ts";
import { Row } from "../list/row.tsx";

/** Requests to be opened, and nothing more. */
export function Rows({ of }: { readonly of: readonly ListedRequest[] }) {
  const now = useNow();
  return (
    <ul class="rows">
      {of.map((listed) => (
        <Row key={listed.id} row={rowOf(listed, now)} isOpen={false} choice={null} />
      ))}
    </ul>
  );
}
