import type { Fact } from "../../shared/policy/facts.ts";
import type { Caller } from "./sign-in.ts";

/**
 * Sign-in names and tags are for auditors. Everybody else sees that something was there, never what. Object ids and
 * display names stay: they are who decided.
 */
export const seesAll = ({ roles }: Pick<Caller, "roles">): boolean => roles.includes("Auditor");

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

/** A reply about requests, records or figures, as this caller may see it. */
export const shownTo = <T>(caller: Pick<Caller, "roles">, reply: T): T =>
  seesAll(caller) ? reply : redacted(reply);

/** A reply as whoever is no auditor sees it. It keeps its shape. */
export function redacted<T>(reply: T): T {
  return withoutPersonal(reply) as T;
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
