import type { Fact } from "../policy/facts.ts";

const HIDDEN = { kind: "unknown", cause: "only auditors see it", isHidden: true } as const satisfies Fact;

/** Conditions and facts by these names tell of tags, or by what name somebody asked. */
const PERSONAL_FIELD = /^(?:(?:cluster|consumer)\.tags\.|tags$|requester$)/s;

/** What a sentence or a line of an explanation says of such a condition, and all after it: a tag may hold anything. */
const PERSONAL_WORDS = /((?:cluster|consumer)\.tags\.|requester is ).*$/s;
/** One word with everything that may stand in a sign-in name, where an apostrophe may. */
const WORD = /[^\s"<>(),;]+/g;

/** Sign-in names have the form of mail addresses, and so has whatever else leads to a person. */
export const isSignInName = (text: string): boolean => /[@＠]/.test(text);

/**
 * What is told of requests, records and figures to whoever is no auditor: sign-in names and tags are left out, object ids and
 * display names stay. It keeps its shape.
 */
export function redacted<T>(told: T): T {
  return withoutPersonal(told) as T;
}

function withoutPersonal(value: unknown): unknown {
  if (typeof value === "string") return withoutNames(value);
  if (Array.isArray(value)) return value.map(withoutPersonal);
  if (typeof value !== "object" || value === null) return value;
  const field = "field" in value ? String(value.field) : "";
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === "signInNames") return [name, []];
      return [name, isPersonal(name === "actual" ? field : name, member) ? HIDDEN : withoutPersonal(member)];
    }),
  );
}

/**
 * Whether a fact tells what is for auditors. What is unknown is so to them, too, and that nobody asked names nobody; but a
 * tag that is absent tells of the tags.
 */
function isPersonal(field: string, fact: unknown): boolean {
  if (typeof fact !== "object" || fact === null || !("kind" in fact) || !PERSONAL_FIELD.test(field))
    return false;
  return fact.kind !== "unknown" && !(fact.kind === "absent" && field === "requester");
}

const withoutNames = (text: string): string =>
  text.replace(PERSONAL_WORDS, "$1…").replace(WORD, (word) => (isSignInName(word) ? "…" : word));
