import type { Condition, Matcher } from "../../policy/content.ts";
import { isGlob } from "../../policy/glob.ts";
import { GUID } from "../../policy/guid.ts";
import { enumerate, quote } from "../../policy/text.ts";
import { conditionsOf } from "./conditions.ts";
import { type Finding, findingAt, type Linted, type Warning } from "./warning.ts";

/** Texts of a form that their field never has: what should match them never does. */
export const wrongForm: Warning = (file) =>
  conditionsOf(file).flatMap((condition): Finding[] => {
    const messages = [...faultsOfTexts(condition, file), ...faultsOfMatcher(condition)];
    return messages.map((message) => findingAt(condition, `${condition.field.name}: ${message}`, file));
  });

const MAX_NAMED = 3;

/** Grouped by what is wrong with them. */
function faultsOfTexts({ field, matcher }: Condition, { content: { lists } }: Linted): readonly string[] {
  const texts = [...new Set(textsOf(matcher, lists))];
  const fault = FAULTS[field.path.join(".")] ?? faultOfAny;
  const byFault = Map.groupBy(texts, (text) => faultOfAny(text) ?? fault(text));
  return [...byFault].flatMap(([why, wrong]) => {
    if (why === null) return [];
    const named = enumerate(
      wrong.map((text) => quote(text, 60)),
      MAX_NAMED,
    );
    return [`${named} ${wrong.length === 1 ? "is" : "are"} ${why}`];
  });
}

const textsOf = (matcher: Matcher, lists: Linted["content"]["lists"]): readonly string[] => {
  if (matcher.kind === "text") return matcher.texts;
  return matcher.kind === "list" ? (lists[matcher.list] ?? []) : [];
};

type Fault = (text: string) => string | null;

/** As word processors write them around a text. */
const faultOfAny: Fault = (text) =>
  /^[“”„‘’«»]|[“”„‘’«»]$/u.test(text) ? "in typographic quotes, which are part of the text here" : null;

const noIdOf =
  (what: string): Fault =>
  (text) => {
    if (isGlob(text) || GUID.test(text)) return null;
    return text.toLowerCase().startsWith("/subscriptions/")
      ? `no ${what} id; leave "/subscriptions/" out`
      : `no ${what} id (a GUID)`;
  };

const noLocation: Fault = (text) =>
  /\s/.test(text) ? `no location in ARM's short form, which is like ${quote(shortForm(text), 60)}` : null;
const shortForm = (text: string): string => text.toLowerCase().replace(/\s+/g, "");

const SOURCES = ["event", "message", "sweep"];
const noSource: Fault = (text) =>
  isGlob(text) || SOURCES.includes(text.toLowerCase())
    ? null
    : `no source; there are ${enumerate(SOURCES, 3)}`;

const FAULTS: Readonly<Record<string, Fault>> = {
  "endpoint.subscription": noIdOf("subscription"),
  "cluster.subscription": noIdOf("subscription"),
  "consumer.tenant": noIdOf("tenant"),
  "endpoint.location": noLocation,
  "cluster.location": noLocation,
  source: noSource,
};

/** Not to be anything at all is to be absent, which can be said. */
const faultsOfMatcher = ({ matcher }: Condition): readonly string[] =>
  matcher.kind === "text" && matcher.negated && matcher.texts.includes("*")
    ? ['not "*" holds only when there is none; write { present: false }']
    : [];
