import { cut, oneLine } from "../../text.ts";
import type { Verdict } from "../verdict.ts";
import type { Comparison } from "./compare.ts";
import { type Subject, sentences, summarize, wayOf } from "./summary.ts";

const HEAD = ["when", "private endpoint", "cluster", "decision", "by", "because"] as const;

/** Widest that a cell may be. */
const WIDTHS = [24, 100, 63, 40, 80, 160] as const;

/** More differences than these are counted, not shown. */
const MAX_ROWS = 200;

/** Those that somebody should look at: the differences, or everything where there is nothing to compare with. */
const shown = (comparisons: readonly Comparison[]): readonly (readonly string[])[] =>
  comparisons.filter(({ kind }) => kind === "different" || kind === "new").map(rowOf);

/** What strangers wrote is one line here, and cut. */
function rowOf(comparison: Comparison): readonly string[] {
  const { at, endpoint, cluster } = comparison.request;
  const after = comparison.kind === "untold" ? null : comparison.after;
  const before = comparison.kind === "different" ? comparison.before : null;
  const by = [before, after].flatMap((verdict) => (verdict === null ? [] : [deciders(verdict)])).join(" -> ");
  return [at ?? "?", endpoint, cluster, wayOf(comparison), by, after?.because ?? ""].map((text, column) =>
    oneLine(text, WIDTHS[column] ?? 0),
  );
}

const deciders = ({ decidedBy }: Verdict): string => decidedBy.map(({ name }) => name).join(", ");

/** For a terminal: a table in columns, the ways, and what came of it. */
export function renderText(comparisons: readonly Comparison[], subject: Subject): string {
  const summary = summarize(comparisons);
  const rows = shown(comparisons);
  const [first = "", ...others] = sentences(summary, subject);
  const ways = summary.ways.map(({ way, count }) => `  ${way}: ${count}`);
  return [...columns(rows), first, ...ways, ...others].map((line) => `${line}\n`).join("");
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const table = [HEAD, ...rows.slice(0, MAX_ROWS)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...andMore(rows), ""];
}

const andMore = (rows: readonly unknown[]): readonly string[] =>
  rows.length > MAX_ROWS ? [`and ${rows.length - MAX_ROWS} more`] : [];

/** For a pull request: the same as GitHub's Markdown. */
export function renderMarkdown(comparisons: readonly Comparison[], subject: Subject): string {
  const summary = summarize(comparisons);
  const rows = shown(comparisons);
  const [first = "", ...others] = sentences(summary, subject);
  return [
    `**${first}**`,
    ...others,
    summary.ways.length === 0
      ? ""
      : tableOf(
          ["decision", "requests"],
          summary.ways.map(({ way, count }) => [way, String(count)]),
        ),
    rows.length === 0 ? "" : tableOf(HEAD, rows.slice(0, MAX_ROWS)),
    ...andMore(rows),
  ]
    .filter((block) => block !== "")
    .map((block) => `${block}\n`)
    .join("\n");
}

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

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
    return { ...common, before, after: brief(comparison.after) };
  }),
});

const brief = ({ kind, decidedBy, because }: Verdict) => ({ kind, decidedBy, because });
