import { type Document, type ErrorCode, visit, type YAMLError } from "yaml";
import { quote } from "../text.ts";
import type { Report } from "./report.ts";

export const TOO_DEEP = "mappings and lists are nested too deeply";

/** One slip makes the parser report many errors; the first ones are enough to find it. */
const MAX_SLIPS = 10;

/** Reports what is wrong with a document's form: of each line the first fault only, since the others follow from it. */
export function addSlips(document: Document.Parsed, text: string, report: Report): void {
  const { errors, warnings } = document;
  const tooDeep = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  // A tag that the library does not know is a warning to it; the reader refuses every tag, known or not.
  const found = [...errors, ...warnings.filter(({ code }) => code !== "TAG_RESOLVE_FAILED")];
  const lines = new Set<number>();
  for (const error of tooDeep ? [tooDeep] : found) {
    const from = openingQuote(error, document) ?? error.pos[0];
    const line = report.lineOf(from);
    if (lines.size === MAX_SLIPS) return;
    if (!lines.has(line))
      report.add({ from, to: Math.max(from + 1, error.pos[1]) }, describeSlip(error, text));
    lines.add(line);
  }
}

/** Where a text begins whose end is missing; the parser tells where it looked for it last, at the end of the file. */
function openingQuote({ code, pos }: YAMLError, document: Document.Parsed): number | null {
  let opening: number | null = null;
  if (code !== "MISSING_CHAR") return null;
  visit(document, {
    Scalar(_key, { type, range }) {
      if (type?.startsWith("QUOTE_") && range && range[0] < pos[0] && range[1] >= pos[0]) opening = range[0];
    },
  });
  return opening;
}

/** A fault that the parser found, and the text around it. */
interface Slip {
  /** What the parser says; never shown, but it alone tells which sign is missing. */
  readonly message: string;
  /** The line so far, and the rest of it from the fault on. */
  readonly before: string;
  readonly after: string;
}

function describeSlip({ code, message, pos: [at] }: YAMLError, text: string): string {
  const before =
    text
      .slice(0, at)
      .split(/[\r\n]/)
      .at(-1) ?? "";
  const [after = ""] = text.slice(at).split(/[\r\n]/, 1);
  return SENTENCES[code]({ message, before, after });
}

/** Of a value that begins with one of some signs, YAML makes something of its own. */
export const needsQuotes = (sign: string): string => `a text that begins with "${sign}" needs quotes`;

const MARKED = `a text that begins with "&", "*" or "!" needs quotes; these signs have no other use here`;
const COLON = `a text with ": " in it needs quotes: { reason: "a: b" }`;
const INDENTED = "this line begins neither where the line above does, nor deeper as what belongs to it";

/** One for each kind of fault, by the parser's code for it. The parser's own words are for those who know YAML. */
const SENTENCES: Readonly<Record<ErrorCode, (slip: Slip) => string>> = {
  ALIAS_PROPS: () => MARKED,
  BAD_ALIAS: () => MARKED,
  BAD_COLLECTION_TYPE: () => MARKED,
  BAD_DIRECTIVE: () => 'a line that begins with "%" means nothing here; leave it out',
  BAD_DQ_ESCAPE: () =>
    String.raw`in double quotes "\" begins a special sign; write it twice, or use single quotes`,
  BAD_INDENT: missingBracket,
  BAD_PROP_ORDER: () => MARKED,
  BAD_SCALAR_START: ({ after }) => `${needsQuotes(after.charAt(0))}: ${quote(valueIn(after), 60)}`,
  BLOCK_AS_IMPLICIT_KEY: ({ after }) => (/\S.*:(?:\s|$)/.test(after) ? COLON : INDENTED),
  BLOCK_IN_FLOW: () => `${COLON}; or a comma is missing between two entries`,
  DUPLICATE_KEY: () => "this key is here twice",
  IMPOSSIBLE: () => "this cannot be read as YAML",
  KEY_OVER_1024_CHARS: () => "a key is at most 1,024 characters long; put a longer text in quotes",
  MISSING_CHAR: missingSign,
  MULTILINE_IMPLICIT_KEY: () =>
    'a key must stand on one line with its colon, and a blank after it: "name: x"; a text on several lines needs quotes',
  MULTIPLE_ANCHORS: () => MARKED,
  MULTIPLE_DOCS: () => "only one YAML document is allowed",
  MULTIPLE_TAGS: () => MARKED,
  NON_STRING_KEY: () => "a key must be text; write it in quotes",
  RESOURCE_EXHAUSTION: () => TOO_DEEP,
  TAB_AS_INDENT: () => "a line is indented with blanks; here is a tab",
  TAG_RESOLVE_FAILED: () => MARKED,
  UNEXPECTED_TOKEN: unexpected,
};

/** The plain text that begins there, up to a comment and to what may close a list or a mapping. */
const valueIn = (after: string): string =>
  after.charAt(0) +
  after
    .slice(1)
    .replace(/(?:\s#|[,\]}]).*$/, "")
    .trimEnd();

const closesNothing = (sign: string): string => `nothing is open here that ${quote(sign)} could close`;

/** Also of a list or mapping in brackets that goes on to a line that stands too far left for it. */
function missingBracket({ message, after }: Slip): string {
  const [bracket] = /[\]}]$/.exec(message) ?? [];
  if (bracket === undefined) return INDENTED;
  if (/^[\]}]/.test(after)) return closesNothing(after.charAt(0));
  return `${quote(bracket)} is missing before this; is it behind a " #", which hides the rest of its line?`;
}

function missingSign({ message, after }: Slip): string {
  const [, closing] = /closing (["'])quote/.exec(message) ?? [];
  if (closing !== undefined) return `this text is not closed: its second ${closing} is missing`;
  if (message.includes("Missing ,")) return "a comma is missing before this";
  if (after.startsWith("#")) return 'a comment needs a blank before its "#"';
  if (message.includes("space")) return "a blank is missing here";
  return 'here "name: x" or "- x" is expected, indented like what stands beside it';
}

/** After the sign that makes a text of the lines below. */
const AFTER_BLOCK_SIGN = /(?:^|\s)[|>][-+\d]*\s*$/;

function unexpected({ before, after }: Slip): string {
  const sign = after.charAt(0);
  if (AFTER_BLOCK_SIGN.test(before)) return 'a text that begins with "|" or ">" needs quotes';
  if (sign === "]" || sign === "}") return closesNothing(sign);
  if (sign === ",") return "nothing stands before this comma";
  if (sign === "-") return 'a list begins on a line of its own; a text that begins with "- " needs quotes';
  return "nothing can stand here any more; put the whole text in quotes, and only once around it";
}
