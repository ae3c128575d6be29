import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { useId } from "../hooks.ts";

/** As many as the API takes. */
const MAX_CHARACTERS = 500;

interface Props {
  readonly at: RefObject<HTMLTextAreaElement>;
  readonly isRequired: boolean;
  /** Whether it was needed, and is empty. */
  readonly isMissing: boolean;
  readonly text: string;
  readonly onWrite: (text: string) => void;
}

/** A reason that may be demanded: whoever leaves it out is led back to it. */
export function useReason(isRequired: boolean, text: string) {
  const at = useRef<HTMLTextAreaElement>(null);
  const [isAskedFor, askFor] = useState(false);
  const isLacking = isRequired && text.trim() === "";
  return {
    /** What the field is to show. */
    field: { at, isRequired, isMissing: isLacking && isAskedFor, text },
    /** Whether what is written will do; else the focus goes where it is written. */
    isGiven: (): boolean => {
      askFor(isLacking);
      if (isLacking) at.current?.focus();
      return !isLacking;
    },
  };
}

/** Why somebody answers as they do. */
export function ReasonField({ at, isRequired, isMissing, text, onWrite }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{isRequired ? "Reason (required)" : "Reason (optional)"}</label>
      <textarea
        id={id}
        ref={at}
        rows={1}
        maxLength={MAX_CHARACTERS}
        aria-required={isRequired}
        aria-invalid={isMissing}
        aria-describedby={isMissing ? `${id}-missing` : undefined}
        value={text}
        onInput={(event) => onWrite(event.currentTarget.value)}
      />
      {isMissing && (
        <strong class="bad" id={`${id}-missing`}>
          Say why, for the trail and for whoever asked.
        </strong>
      )}
    </div>
  );
}
