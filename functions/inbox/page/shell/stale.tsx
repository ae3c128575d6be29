import { type Refusal, SIGNED_OUT } from "../reply.ts";
import { Notice } from "./notice.tsx";

interface Props {
  readonly refusal: Refusal | null;
  /** Whether something is shown all the same. */
  readonly isOld: boolean;
}

/** Why nothing newer is shown; that a sign-in has ended is said above all views. */
export const Stale = ({ refusal, isOld }: Props) =>
  refusal === null || refusal.code === SIGNED_OUT ? null : (
    <Notice tone="bad">
      {refusal.sentence}
      {isOld && " What you see may be old."}
    </Notice>
  );

/** The same of what is not there before it is read. */
export const Reading = ({ refusal, isRead }: Pick<Props, "refusal"> & { readonly isRead: boolean }) =>
  refusal === null && !isRead ? <p role="status">Loading …</p> : <Stale refusal={refusal} isOld={isRead} />;
