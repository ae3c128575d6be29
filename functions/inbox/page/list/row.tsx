import type { RowView } from "../../../../shared/view/row.ts";
import { requestHash } from "../route.ts";
import { Badge } from "../shell/badge.tsx";
import { When } from "../shell/when.tsx";

/** Whether a row is chosen, why it cannot be, and what chooses it. */
interface Choice {
  readonly isChosen: boolean;
  readonly obstacle: string | null;
  readonly toggle: () => void;
}

interface Props {
  readonly row: RowView;
  readonly isOpen: boolean;
  /** Null where rows are not chosen. */
  readonly choice: Choice | null;
}

/** A request of a list: who asks for what, how long it has time, and what they say. */
export function Row({ row, isOpen, choice }: Props) {
  const { id, title, consumer, consumerId, message, status, received, deadline, decided, flags } = row;
  return (
    <li class={isOpen ? "row open" : "row"}>
      {choice !== null && (
        <input
          type="checkbox"
          aria-label={`Choose ${title}`}
          checked={choice.isChosen}
          disabled={choice.obstacle !== null}
          title={choice.obstacle ?? undefined}
          onChange={choice.toggle}
        />
      )}
      <div class="what">
        <a class="row-link" href={requestHash(id)} aria-current={isOpen ? "true" : undefined}>
          {title}
        </a>
        <span class="consumer" title={consumerId ?? undefined}>
          of {consumer}
        </span>
        {message !== "" && <q class="foreign">{message}</q>}
        {flags.map((flag) => (
          <span key={flag} class="flag">
            {flag}
          </span>
        ))}
      </div>
      <div class="stands">
        <Badge {...status} />
        {deadline === null ? (
          <span>
            {decided && `${decided}, `}received <When moment={received} />
          </span>
        ) : (
          <span class="deadline">
            due <When moment={deadline} />
          </span>
        )}
      </div>
    </li>
  );
}
