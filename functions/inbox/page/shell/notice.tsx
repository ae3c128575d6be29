import type { ComponentChildren } from "preact";

interface Props {
  readonly tone: "neutral" | "bad" | "waiting" | "good";
  readonly children: ComponentChildren;
}

/** A sentence that must not be overlooked, and what can be done about it. Its tone is told by its words, too. */
export const Notice = ({ tone, children }: Props) => (
  <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
    {children}
  </div>
);
