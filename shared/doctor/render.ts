import { UNPRINTABLE } from "../text.ts";
import type { Finding, State } from "./finding.ts";

const STATES: readonly State[] = ["ok", "warning", "fault", "unknown"];

/** How many findings there are of each state. */
export const sumOf = (found: readonly Finding[]): Record<State, number> => ({
  ok: countOf(found, "ok"),
  warning: countOf(found, "warning"),
  fault: countOf(found, "fault"),
  unknown: countOf(found, "unknown"),
});

const countOf = (found: readonly Finding[], state: State): number =>
  found.filter((one) => one.state === state).length;

/** Each finding in a line, what to do next below it, and the sum at the end. */
export function render(found: readonly Finding[]): string {
  const width = Math.max(0, ...found.map(({ check }) => check.length));
  const lines = found.flatMap(({ check, looked, state, says, next }) => [
    `${state.padEnd("warning".length)}  ${check.padEnd(width)}  ${looked}: ${says}`,
    ...(next === null ? [] : [`${" ".repeat("warning".length + width + 4)}next: ${next}`]),
  ]);
  const sums = sumOf(found);
  const sum = STATES.map((state) => `${sums[state]} ${state}`).join(", ");
  return `${[...lines, sum].map(printable).join("\n")}\n`;
}

/** What others say may hold what a terminal obeys. */
const printable = (line: string): string => line.replace(UNPRINTABLE, " ");
