import type { Filters } from "../route.ts";

interface Props {
  /** `line` is where a rule stands that somebody wants to see. */
  readonly filters: Filters;
}

export function PolicyView({ filters: { line } }: Props) {
  return (
    <div class="page">
      <h1>{line === undefined ? "Policy" : `Policy, line ${line}`}</h1>
    </div>
  );
}
