import { StartError } from "../errors.ts";
import { constraint } from "./route-constraints.ts";

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly reach: "one" | "optional" | "rest";
      readonly accepts: readonly ((value: string) => boolean)[];
    };

/** A route such as `requests/{id:guid}/{*rest}`. */
export interface RouteTemplate {
  /** The parameters of a matching path, or null. `path` is percent-encoded and starts with a slash. */
  match(path: string): Record<string, string> | null;
  /** Sorts the more specific template first. */
  readonly precedence: string;
}

/**
 * The subset of ASP.NET Core's route templates that functions use. A segment is a literal (any case) or one parameter:
 * `{name}`, `{name?}`, `{*name}`, each with constraints. Mixed segments, defaults and regexes are refused at start.
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
 */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = template
    .split("/")
    .filter(Boolean)
    .map((text) => parseSegment(text, template));
  return {
    match: (path) => matchSegments(segments, path.split("/").filter(Boolean)),
    precedence: segments.map(rank).join(""),
  };
}

function parseSegment(text: string, template: string): Segment {
  if (!/[{}]/.test(text)) return { kind: "literal", text: text.toLowerCase() };
  const parsed =
    /^\{(?<star>\*{0,2})(?<name>[A-Za-z_]\w*)(?<constraints>(?::[a-z]+(?:\([^()]*\))?)*)(?<optional>\??)\}$/.exec(
      text,
    );
  const groups = parsed?.groups;
  if (groups?.name === undefined) {
    throw new StartError(`The route "${template}" has a segment that this host does not understand: ${text}`);
  }
  const constraints = groups.constraints?.match(/[a-z]+(?:\([^()]*\))?/g) ?? [];
  return {
    kind: "parameter",
    name: groups.name,
    reach: groups.star ? "rest" : groups.optional ? "optional" : "one",
    accepts: constraints.map((written) => constraint(written, template)),
  };
}

function matchSegments(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | null {
  const found: [string, string][] = [];
  let at = 0;
  for (const segment of segments) {
    const rest = segment.kind === "parameter" && segment.reach === "rest";
    const value = rest ? decode(parts.slice(at).join("/")) : decode(parts[at]);
    at = rest ? parts.length : at + 1;
    if (segment.kind === "literal") {
      if (value?.toLowerCase() !== segment.text) return null;
    } else if (value !== undefined && value !== "") {
      if (!segment.accepts.every((accepts) => accepts(value))) return null;
      found.push([segment.name, value]);
    } else if (segment.reach === "one") {
      return null;
    }
  }
  return at < parts.length ? null : Object.fromEntries(found);
}

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

/** Literal before constrained parameter before parameter before catch-all. */
function rank(segment: Segment): string {
  if (segment.kind === "literal") return "1";
  const constrained = segment.accepts.length > 0;
  if (segment.reach === "rest") return constrained ? "4" : "5";
  return constrained ? "2" : "3";
}
