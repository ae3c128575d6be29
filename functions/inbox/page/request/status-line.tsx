import type { RefObject } from "preact";
import type { Status } from "../../../../shared/view/status.ts";
import { Badge } from "../shell/badge.tsx";
import type { Said } from "./use-decision.ts";

interface Props {
  /** The focus comes here after somebody decided. */
  readonly at: RefObject<HTMLParagraphElement>;
  readonly status: Status;
  readonly said: Said | null;
}

/** What came of what somebody did, and where the request stands. */
export const StatusLine = ({ at, status, said }: Props) => (
  <p class={`status ${status.tone}`} ref={at} tabIndex={-1}>
    <Badge {...status} />
    {said !== null && <strong class={said.tone}>{said.sentence}</strong>}
    <span>{status.sentence}</span>
  </p>
);
