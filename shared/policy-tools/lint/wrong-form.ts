import type { Condition } from "../../policy/content.ts";
import { enumerate, fold, quote } from "../../policy/text.ts";
import { conditionsOf } from "./conditions.ts";
import { faultOf } from "./forms.ts";
import { lookalikeIn } from "./lookalikes.ts";
import { type Finding, findingAt, type Linted, type Warning } from "./warning.ts";

/** Texts of a form that their field never has: what should match them never does, and `not` always holds. */
export const wrongForm: Warning = (file) => {
  const faultsOfTexts = textsChecker(file);
  return conditionsOf(file).flatMap((condition): Finding[] => {
    const messages = [...faultsOfTag(condition), ...faultsOfTexts(condition), ...faultsOfMatcher(condition)];
    return messages.map((message) => findingAt(condition, `${condition.field.name}: ${message}`, file));
  });
};

const MAX_NAMED = 3;

/** Finds what is wrong with the texts of a condition, each list once for each field. */
function textsChecker(file: Linted): (condition: Condition) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  const lists = listsMeant(file);
  return ({ field, matcher }) => {
    const path = field.path.join(".");
    if (matcher.kind === "text")
      return group(matcher.texts, (text) => lists(text, path) ?? faultOf(path, text));
    if (matcher.kind !== "list") return [];
    const key = `${path} ${matcher.list}`;
    const faults =
      known.get(key) ?? group(file.content.lists[matcher.list] ?? [], (text) => faultOf(path, text));
    known.set(key, faults);
    return faults;
  };
}

/** Grouped by what is wrong with them. */
function group(texts: readonly string[], faultOfText: (text: string) => string | null): readonly string[] {
  return [...Map.groupBy(new Set(texts), faultOfText)].flatMap(([why, wrong]) => {
    if (why === null) return [];
    const named = enumerate(
      wrong.map((text) => quote(text, 60)),
      MAX_NAMED,
    );
    return [`${named} ${wrong.length === 1 ? "is" : "are"} ${why}`];
  });
}

/**
 * Says of a text that it is the name of a list, and probably meant so: of one that nothing uses, or that elsewhere is what the
 * same field is compared with. Others may bear the name of a team or a stage that a tag has, too.
 */
function listsMeant(file: Linted): (text: string, path: string) => string | null {
  const uses = conditionsOf(file).flatMap(({ field, matcher }) =>
    matcher.kind === "list" ? [`${field.path.join(".")} ${matcher.list}`] : [],
  );
  const usedFor = new Set(uses);
  const byFolded = new Map([...file.lists].map(([name, { isUsed }]) => [fold(name), { name, isUsed }]));
  return (text, path) => {
    const list = byFolded.get(fold(text));
    if (list === undefined || (list.isUsed && !usedFor.has(`${path} ${list.name}`))) return null;
    return `the name of a list; did you mean { in: ${list.name} }?`;
  };
}

function faultsOfTag({ field: { tag } }: Condition): readonly string[] {
  const fault = tag === null ? null : lookalikeIn(tag);
  return fault === null ? [] : [`the tag's name is ${fault}`];
}

/** Not to be anything at all is to be absent, which can be said. */
const faultsOfMatcher = ({ matcher }: Condition): readonly string[] =>
  matcher.kind === "text" && matcher.negated && matcher.texts.includes("*")
    ? ['not "*" holds only when there is none; write { present: false }']
    : [];
