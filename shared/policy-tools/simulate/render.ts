import type { Verdict } from "../../policy/verdict.ts";
import { cut, oneLine } from "../../text.ts";
import type { Compared, Comparison } from "./compare.ts";
import { type Subject, sentences, summarize, wayOf } from "./summary.ts";

const HEAD = ["when", "private endpoint", "cluster", "decision", "by", "because"] as const;

/** Widest that a cell may be. */
const WIDTHS = [24, 100, 63, 500, 80, 160] as const;

/** More differences than these are counted, not shown. */
const MAX_ROWS = 200;
/** GitHub takes 65,536 characters. */
const MAX_MARKDOWN = 60_000;

type Row = readonly string[];

/** Those that a reader looks for: the differences, or everything where there is nothing to compare with. */
const shown = (comparisons: readonly Comparison[]): readonly Row[] =>
  comparisons.flatMap((each) => (each.kind === "different" || each.kind === "new" ? [rowOf(each)] : []));

/** What strangers wrote is one line here, and cut. */
function rowOf(comparison: Compared): Row {
  const { request, after } = comparison;
  const before = comparison.kind === "new" ? [] : [comparison.before];
  const by = [...before, after].map(({ decidedBy }) => decidedBy.map(({ name }) => name).join(", "));
  const cells = [
    request.at ?? "?",
    request.endpoint,
    request.cluster,
    decisionOf(comparison),
    by.join(" -> "),
  ];
  return [...cells, after.because].map((text, column) => oneLine(text, WIDTHS[column] ?? 0));
}

/** The way; and in what the same is done otherwise. */
function decisionOf(comparison: Compared): string {
  const way = wayOf(comparison);
  if (comparison.kind !== "different" || comparison.changes.length === 0) return way;
  const changes = comparison.changes.map(({ what, before, after }) => `${what} ${before} -> ${after}`);
  return `${way}: ${changes.join("; ")}`;
}

/** For a terminal: a table in columns, the ways, and what came of it. */
export function renderText(comparisons: readonly Comparison[], subject: Subject): string {
  const summary = summarize(comparisons);
  const rows = shown(comparisons);
  const [first = "", ...others] = sentences(summary, subject);
  const ways = summary.ways.map(({ way, count }) => `  ${way}: ${count}`);
  return [...columns(rows), first, ...ways, ...others].map((line) => `${line}\n`).join("");
}

function columns(rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const table = [HEAD, ...rows.slice(0, MAX_ROWS)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...andMore(rows.length - MAX_ROWS), ""];
}

const andMore = (count: number): readonly string[] => (count > 0 ? [`and ${count} more`] : []);

/** For a pull request: the same as GitHub's Markdown, with as many rows as a comment can hold. */
export function renderMarkdown(comparisons: readonly Comparison[], subject: Subject): string {
  const summary = summarize(comparisons);
  const [first = "", ...others] = sentences(summary, subject);
  const ways = summary.ways.map(({ way, count }) => [way, String(count)]);
  const opening = [`**${first}**`, ...others, ...tableOf(["decision", "requests"], ways, MAX_ROWS)];
  const rows = shown(comparisons);
  const fitting = roomFor(rows.slice(0, MAX_ROWS), MAX_MARKDOWN - opening.join("\n\n").length);
  const blocks = [...opening, ...tableOf(HEAD, rows, fitting), ...andMore(rows.length - fitting)];
  return `${blocks.join("\n\n")}\n`;
}

/** How many of the rows there is room for. */
function roomFor(rows: readonly Row[], room: number): number {
  let left = room - lineOf(HEAD).length * 2;
  const tooMany = rows.findIndex((row) => {
    left -= lineOf(row.map(cell)).length + 1;
    return left < 0;
  });
  return tooMany < 0 ? rows.length : tooMany;
}

/** Nothing when there are no rows. */
const tableOf = (head: Row, rows: readonly Row[], count: number): readonly string[] =>
  rows.length === 0
    ? []
    : [
        [head, head.map(() => "---"), ...rows.slice(0, count).map((row) => row.map(cell))]
          .map(lineOf)
          .join("\n"),
      ];

const lineOf = (cells: Row): string => `| ${cells.join(" | ")} |`;

/**
 * A text as the inside of a table's cell that means nothing but itself: everything but letters, digits, spaces and
 * hyphens is a numeric character reference, which CommonMark never takes for markup, and `<code>` keeps GitHub from
 * making mentions, links and emoji of what it stands for.
 * @see https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function cell(text: string): string {
  const plain = cut(text, 1_000).replace(/[^\p{L}\p{N} -]/gu, (char) => `&#${char.codePointAt(0)};`);
  return plain === "" ? "" : `<code>${plain}</code>`;
}

/** For scripts. */
export const forMachines = (comparisons: readonly Comparison[]) => ({
  ...summarize(comparisons),
  requests: comparisons.map((comparison) => {
    const { at, endpoint, cluster } = comparison.request;
    const common = { kind: comparison.kind, at, endpoint, cluster };
    if (comparison.kind === "untold") return { ...common, missing: comparison.missing };
    const before = comparison.kind === "new" ? null : brief(comparison.before);
    const changes = comparison.kind === "different" ? comparison.changes : [];
    return { ...common, before, after: brief(comparison.after), changes };
  }),
});

const brief = ({ kind, decidedBy, because }: Verdict) => ({ kind, decidedBy, because });
