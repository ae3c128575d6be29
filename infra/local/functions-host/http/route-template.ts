import { StartError } from "../errors.ts";
import { type Parameter, parseSegment, type Segment, splitTemplate } from "./route-segment.ts";

/** A route such as `requests/{id:guid}/{*rest}`. */
export interface RouteTemplate {
  /** The parameters of a matching path, or null. `path` is percent-encoded and starts with a slash. */
  match(path: string): Record<string, string> | null;
  /** Sorts the more specific template first. */
  readonly precedence: string;
}

/** Finds the parameters in what the path has in a segment's place; undefined when it has nothing there. */
type Matcher = (value: string | undefined) => [string, string][] | null;

/**
 * ASP.NET Core's route templates: texts (in any case) and parameters `{name}`, `{name?}`, `{name=default}`, `{*name}`,
 * each with constraints, one or several in a segment. Throws a StartError for what makes no sense.
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = splitTemplate(template).map((text) => parseSegment(text, template));
  checkWhole(segments, template);
  const matchers = segments.map(matcherOf);
  const takesRest = segments.some(isRest);
  return {
    match: (path) => {
      const parts = path.split("/").filter(Boolean);
      if (parts.length > matchers.length && !takesRest) return null;
      const found: [string, string][] = [];
      for (const [index, match] of matchers.entries()) {
        const isLast = index === matchers.length - 1;
        const value = isLast && takesRest ? parts.slice(index).join("/") : parts[index];
        const parameters = match(decode(value));
        if (parameters === null) return null;
        found.push(...parameters);
      }
      return Object.fromEntries(found);
    },
    precedence: segments.map(rank).join(""),
  };
}

const isRest = (segment: Segment): boolean =>
  segment.some((part) => typeof part !== "string" && part.reach === "rest");

function checkWhole(segments: readonly Segment[], template: string): void {
  if (segments.slice(0, -1).some(isRest)) {
    throw new StartError(`The route "${template}" goes on after its catch-all parameter.`);
  }
  const names = segments
    .flat()
    .flatMap((part) => (typeof part === "string" ? [] : [part.name.toLowerCase()]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new StartError(`The route "${template}" has two parameters named "${twice}".`);
}

function matcherOf(segment: Segment): Matcher {
  const [only] = segment;
  if (segment.length > 1) return severalParts(segment);
  if (only === undefined || typeof only === "string") {
    const text = only?.toLowerCase();
    return (value) => (value?.toLowerCase() === text ? [] : null);
  }
  return (value) => {
    if (value !== undefined && value !== "") return fits(only, value) ? [[only.name, value]] : null;
    if (only.fallback !== undefined) return [[only.name, only.fallback]];
    return only.reach === "one" ? null : [];
  };
}

/**
 * A segment of several parts. When its last one may be missing, so may the dot before it, though not alone.
 * @see ASP.NET Core, RoutePatternMatcher.cs, MatchComplexSegment
 */
function severalParts(segment: Segment): Matcher {
  const last = segment.at(-1);
  const mayEnd = typeof last === "object" && last.reach === "optional";
  const whole = partsMatcher(segment);
  const shortened = mayEnd ? partsMatcher(withoutExtension(segment)) : () => null;
  return (value) => {
    if (value === undefined) return null;
    return whole(value) ?? (value.endsWith(".") ? null : shortened(value));
  };
}

const withoutExtension = (segment: Segment): Segment =>
  segment
    .slice(0, -1)
    .map((part, index) =>
      index === segment.length - 2 && typeof part === "string" ? part.slice(0, -1) : part,
    );

/** ASP.NET matches from the right, so that a parameter further left takes more, as a greedy expression does. */
function partsMatcher(parts: Segment): (value: string) => [string, string][] | null {
  const parameters = parts.filter((part): part is Parameter => typeof part !== "string");
  const source = parts.map((part) => (typeof part === "string" ? escaped(part) : "(.+)"));
  const expression = new RegExp(`^${source.join("")}$`, "is");
  return (value) => {
    const found = expression.exec(value)?.slice(1);
    if (found === undefined) return null;
    const pairs = parameters.map((parameter, index) => ({ parameter, text: found[index] ?? "" }));
    if (!pairs.every(({ parameter, text }) => fits(parameter, text))) return null;
    return pairs.map(({ parameter, text }) => [parameter.name, text]);
  };
}

/** Text as an expression that matches nothing else. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const fits = ({ accepts }: Parameter, value: string): boolean => accepts.every((accept) => accept(value));

/** Kestrel decodes everything but an encoded slash, which stays as it was sent. Malformed escapes stay as well. */
function decode(part: string | undefined): string | undefined {
  if (part === undefined) return undefined;
  try {
    return decodeURIComponent(part.replace(/%(?=2f)/gi, "%25"));
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

/**
 * Literal before constrained parameter or several parts, before parameter, before catch-all.
 * @see ASP.NET Core, RoutePrecedence.cs
 */
function rank(segment: Segment): string {
  const [only] = segment;
  if (segment.length > 1) return "2";
  if (only === undefined || typeof only === "string") return "1";
  const constrained = only.accepts.length > 0;
  if (only.reach === "rest") return constrained ? "4" : "5";
  return constrained ? "2" : "3";
}
