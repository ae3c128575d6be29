import type { Status } from "../../../../shared/view/status.ts";

/** Where a request stands, in a word; the colour only repeats it. */
export const Badge = ({ tone, word }: Pick<Status, "tone" | "word">) => (
  <span class={`badge ${tone}`}>{word}</span>
);
