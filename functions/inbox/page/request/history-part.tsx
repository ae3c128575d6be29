import type { HistorySection } from "../../../../shared/view/history.ts";
import { requestHash } from "../route.ts";
import { Badge } from "../shell/badge.tsx";
import { When } from "../shell/when.tsx";
import { Sentences } from "./part.tsx";

/** What the same consumer asked for before, and what became of it. */
export const HistoryPart = ({ section: { sentences, recent } }: { readonly section: HistorySection }) => (
  <>
    <Sentences sentences={sentences} />
    {recent.length > 0 && (
      <ul class="recent">
        {recent.map(({ id, title, status, received, decided }) => (
          <li key={id}>
            <Badge {...status} /> <a href={requestHash(id)}>{title}</a> <When moment={received} /> {decided}
          </li>
        ))}
      </ul>
    )}
  </>
);
