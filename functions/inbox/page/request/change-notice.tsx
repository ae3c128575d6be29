import { shown } from "../../../../shared/view/index.ts";
import { Notice } from "../shell/notice.tsx";
import type { Seen } from "./use-seen.ts";

const WHY = {
  changed: "What is asked has changed since you looked. See it before you answer.",
  over: "While you looked, this stopped waiting for an answer.",
} as const;

/** That the request is not as the person sees it any more, and what is different once they had that shown. */
export function ChangeNotice({ seen: { held, changes, showChanges } }: { readonly seen: Seen }) {
  if (held !== null)
    return (
      <Notice tone="waiting">
        <p>{WHY[held]}</p>
        <button type="button" onClick={showChanges}>
          Show what changed
        </button>
      </Notice>
    );
  if (changes.length === 0) return null;
  return (
    <Notice tone="waiting">
      <p>This changed:</p>
      <dl class="changes">
        {changes.map(({ what, before, after }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <del>{shown(before)}</del> <ins>{shown(after)}</ins>
            </dd>
          </div>
        ))}
      </dl>
    </Notice>
  );
}
