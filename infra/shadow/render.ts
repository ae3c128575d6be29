import { oneLine } from "../../shared/text.ts";
import type { Finding } from "./findings.ts";

const FATES: Readonly<Record<string, string>> = {
  approve: "approve",
  reject: "reject",
  ask: "ask people",
  leave: "leave alone",
};
const NOT_YET = "not known yet";

const HEAD = ["WOULD", "ENDPOINT", "CLUSTER", "CONSUMER", "BY"] as const;
/** A name of Azure has at most 90 letters; a reader has one line. */
const CELL = 40;

/** The findings as a table, with what they come to above it, and why each is so below its line. @param isWhole whether every cluster was looked at */
export function renderFindings(findings: readonly Finding[], isWhole: boolean): readonly string[] {
  if (findings.length === 0)
    return [isWhole ? "No connection is Pending there." : "No Pending connection was seen."];
  const rows = findings.map(cellsOf);
  const widths = HEAD.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    sumOf(findings),
    "",
    line(HEAD),
    ...findings.flatMap(({ because }, index) => [line(rows[index] ?? []), `  ${oneLine(because, 400)}`]),
  ];
}

const fateOf = ({ would }: Finding): string => (would === null ? NOT_YET : (FATES[would] ?? would));

const cellsOf = (finding: Finding): readonly string[] =>
  [
    fateOf(finding),
    finding.endpoint ?? "unknown",
    finding.cluster,
    finding.consumerName ?? finding.consumer ?? "unknown",
    finding.by.join(", "),
  ].map((text) => oneLine(text, CELL));

/** `12 Pending connections: 7 approve, 3 ask people, 2 reject`. */
function sumOf(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(fateOf(finding), (counts.get(fateOf(finding)) ?? 0) + 1);
  const parts = [...counts].toSorted(([, a], [, b]) => b - a).map(([fate, count]) => `${count} ${fate}`);
  return `${findings.length} Pending connection${findings.length === 1 ? "" : "s"}: ${parts.join(", ")}`;
}
