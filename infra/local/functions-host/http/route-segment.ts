import { StartError } from "../errors.ts";
import { constraint } from "./route-constraints.ts";

/** One parameter of a route, such as `{id:int?}`. */
export interface Parameter {
  readonly name: string;
  /** How much it takes: one segment (or a part of one), one or none, or all that is left. */
  readonly reach: "one" | "optional" | "rest";
  /** What stands for it when the path has nothing in its place. */
  readonly fallback: string | undefined;
  readonly accepts: readonly ((value: string) => boolean)[];
}

/** What is between two slashes: texts and parameters in turn. */
export type Segment = readonly (string | Parameter)[];

/** A parameter up to its closing brace, in which braces of a regex are doubled; else text, in which they are as well. */
const PART = /\{((?:[^{}]|\{\{|\}\})+)\}|((?:[^{}]|\{\{|\}\})+)/y;

/** Splits a template at the slashes that are no part of a parameter. */
export function splitTemplate(template: string): string[] {
  return template.match(/(?:\{(?:[^{}]|\{\{|\}\})*\}|[^/])+/g) ?? [];
}

/** Reads one segment. Throws a StartError that says what is wrong with it. */
export function parseSegment(text: string, template: string): Segment {
  const parts: (string | Parameter)[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const found = PART.exec(text);
    if (found === null) throw misunderstood(text, template);
    const [, inner, literal] = found;
    parts.push(inner === undefined ? single(literal ?? "") : parseParameter(single(inner), text, template));
  }
  check(parts, text, template);
  return parts;
}

/** Doubled braces stand for one. */
const single = (text: string): string => text.replaceAll("{{", "{").replaceAll("}}", "}");

function parseParameter(inner: string, text: string, template: string): Parameter {
  const parsed =
    /^(?<star>\*{0,2})(?<name>[^/{}?*:=]+)(?<constraints>(?::\w+(?:\(.*?\)(?=[:=?]|$))?)*)(?:=(?<fallback>.*?))?(?<optional>\??)$/.exec(
      inner,
    );
  const groups = parsed?.groups;
  if (groups?.name === undefined) throw misunderstood(text, template);
  const { star, name, constraints = "", fallback, optional } = groups;
  if (optional && (star || fallback !== undefined)) throw misunderstood(text, template);
  const written = constraints.match(/\w+(?:\(.*?\)(?=:|$))?/g) ?? [];
  return {
    name,
    reach: star ? "rest" : optional ? "optional" : "one",
    fallback,
    accepts: written.map((one) => constraint(one, template)),
  };
}

/** In a segment of several parts, two parameters need text between them; only the last may be missing, behind a dot. */
function check(parts: Segment, text: string, template: string): void {
  if (parts.length < 2) return;
  parts.forEach((part, index) => {
    if (typeof part === "string") return;
    const before = parts[index - 1];
    const isLast = index === parts.length - 1;
    const mayBeMissing = isLast && typeof before === "string" && before.endsWith(".");
    const isWrong =
      part.reach === "rest" ||
      part.fallback !== undefined ||
      (part.reach === "optional" && !mayBeMissing) ||
      (before !== undefined && typeof before !== "string");
    if (isWrong) throw misunderstood(text, template);
  });
}

const misunderstood = (text: string, template: string): StartError =>
  new StartError(`The route "${template}" has a segment that this host does not understand: ${text}`);
