import { useState } from "preact/hooks";
import type { Screen } from "../../../../shared/view/index.ts";
import { useId } from "../hooks.ts";
import { useInbox } from "../inbox.ts";
import { ReasonField, useReason } from "./reason-field.tsx";
import { RejectDialog } from "./reject-dialog.tsx";
import type { Decision } from "./use-decision.ts";

interface Props {
  readonly screen: Screen;
  /** Whether the person has not seen what is asked now. */
  readonly isHeld: boolean;
  readonly decision: Decision;
}

/** What the person may do, at the bottom while they read; where that is nothing, why, below what they read. */
export function ActionBar({ screen, isHeld, decision: { isBusy, decide } }: Props) {
  const { actions, id, sections } = screen;
  const { drafts } = useInbox();
  const [reason, setReason] = useState(() => drafts.of(id));
  const [isRejecting, setRejecting] = useState(false);
  const { field, isGiven } = useReason(sections.asked?.isReasonRequired ?? false, reason);
  const why = useId();
  const write = (text: string) => {
    drafts.write(id, text);
    setReason(text);
  };
  const done = (verb: Parameters<typeof decide>[0]) =>
    void decide(verb, reason.trim()).then(() => setReason(drafts.of(id)));
  const isOff = isBusy || isHeld;
  const { approve: mayApprove, reject, withdraw, retry, reopen } = actions;
  // A bar that nothing can be done with would only hide what is read.
  const isBar = Object.values(actions).some(({ enabled }) => enabled);
  return (
    <section class={isBar ? "bar actions" : "part"} aria-label="Your answer">
      {mayApprove.enabled && <ReasonField {...field} onWrite={write} />}
      <div class="buttons">
        {mayApprove.enabled && (
          <button
            type="button"
            class="primary"
            disabled={isOff}
            aria-describedby={why}
            onClick={() => isGiven() && done("approve")}
          >
            Approve
          </button>
        )}
        {reject.enabled && (
          <button type="button" class="danger" disabled={isOff} onClick={() => setRejecting(true)}>
            Reject …
          </button>
        )}
        {withdraw.enabled && (
          <button type="button" disabled={isOff} onClick={() => done("withdraw")}>
            Withdraw my review
          </button>
        )}
        {retry.enabled && (
          <button type="button" disabled={isOff} onClick={() => done("retry")}>
            Try again now
          </button>
        )}
        {reopen.enabled && (
          <button type="button" disabled={isOff} onClick={() => done("reopen")}>
            Ask again
          </button>
        )}
        <span class="aside" id={why}>
          {isBusy ? "Recording …" : sentenceOf(actions)}
        </span>
      </div>
      {isRejecting && (
        <RejectDialog
          what={screen.title}
          warning={sections.grants.reject}
          text={reason}
          onWrite={write}
          isOff={isOff}
          isHeld={isHeld}
          onClose={() => setRejecting(false)}
          onReject={() => {
            setRejecting(false);
            done("reject");
          }}
        />
      )}
    </section>
  );
}

/** What the first thing does that the person may do; else why they may do nothing. */
function sentenceOf({ approve, retry, reopen }: Screen["actions"]): string {
  if (approve.enabled) return approve.because;
  if (retry.enabled) return retry.because;
  return reopen.enabled ? reopen.because : approve.because;
}
