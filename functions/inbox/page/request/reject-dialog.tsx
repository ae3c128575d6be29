import { Dialog } from "../shell/dialog.tsx";
import { Notice } from "../shell/notice.tsx";
import { ReasonField, useReason } from "./reason-field.tsx";

interface Props {
  readonly what: string;
  /** What a rejection does. */
  readonly warning: string;
  readonly text: string;
  readonly onWrite: (text: string) => void;
  readonly isOff: boolean;
  /** Whether what is asked has changed since the dialog was opened. */
  readonly isHeld: boolean;
  readonly onClose: () => void;
  readonly onReject: () => void;
}

/** A rejection takes a dialog and a reason, since nothing takes it back. */
export function RejectDialog({ what, warning, text, onWrite, isOff, isHeld, onClose, onReject }: Props) {
  const { field, isGiven } = useReason(true, text);
  return (
    <Dialog title="Reject for good?" onClose={onClose}>
      <p class="lead">{what}</p>
      <p>{warning}</p>
      <ReasonField {...field} onWrite={onWrite} />
      {isHeld && <Notice tone="waiting">Cancel first, and look: what is asked has changed.</Notice>}
      <div class="buttons">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger filled" disabled={isOff} onClick={() => isGiven() && onReject()}>
          Reject for good
        </button>
      </div>
    </Dialog>
  );
}
