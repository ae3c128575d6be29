import { useEffect, useRef } from "preact/hooks";
import { Part } from "../request/part.tsx";
import { viewHash } from "../route.ts";
import { Notice } from "../shell/notice.tsx";
import { atLeast } from "./overview-words.ts";
import type { PolicyLine } from "./policy-lines.ts";

interface Props {
  readonly lines: readonly PolicyLine[];
  /** Whether the counts are not too low. */
  readonly isExact: boolean;
  /** The line that somebody wants to see; null where they want all. */
  readonly marked: number | null;
}

/** The file, line by line, with how often each rule decided beside the line where it begins. */
export function PolicyFile({ lines, isExact, marked }: Props) {
  const line = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    line.current?.focus();
    line.current?.scrollIntoView({ block: "center" });
  }, [marked]);
  return (
    <Part heading="The file">
      {marked !== null && marked > lines.length && (
        <Notice tone="waiting">There is no line {marked} any more: the policy has changed.</Notice>
      )}
      <p class="aside">Only what closed in 30 days counts, nothing that visibility leaves alone.</p>
      <ol class="file">
        {lines.map(({ number, text, usage }) => (
          <li key={number}>
            <a
              ref={number === marked ? line : null}
              href={viewHash("policy", {}, `line/${number}`)}
              aria-label={`Line ${number}`}
              aria-current={number === marked ? "true" : undefined}
            >
              {number}
            </a>
            <code>{text}</code>
            {usage !== null && (
              <a class="usage" href={viewHash("audit", { rule: usage.name })}>
                decided {atLeast(usage.decided, isExact)}
              </a>
            )}
          </li>
        ))}
      </ol>
    </Part>
  );
}
