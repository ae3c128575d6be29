import type { Fact } from "../policy/facts.ts";

const HIDDEN = { kind: "unknown", cause: "only auditors see it" } as const satisfies Fact;

/** Conditions and facts by these names tell of tags, or by what name somebody asked. */
const PERSONAL_FIELD = /^(?:(?:cluster|consumer)\.tags\.|requester$)/s;
const PERSONAL_FACTS: readonly string[] = ["tags", "requester"];

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
  const isPersonal = "field" in value && typeof value.field === "string" && PERSONAL_FIELD.test(value.field);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === "signInNames") return [name, []];
      if (isFact(member) && (PERSONAL_FACTS.includes(name) || (isPersonal && name === "actual")))
        return [name, HIDDEN];
      return [name, withoutPersonal(member)];
    }),
  );
}

const isFact = (value: unknown): boolean => typeof value === "object" && value !== null && "kind" in value;

const withoutNames = (text: string): string =>
  text.replace(PERSONAL_WORDS, "$1…").replace(WORD, (word) => (isSignInName(word) ? "…" : word));
