import type { Fact, Names, Tags } from "../policy/facts.ts";

/** How much attention something wants. Never told by colour alone: the words say it, too. */
export type Tone = "waiting" | "good" | "bad" | "neutral";

/** A sentence that somebody else may have left without its full stop. */
export const ended = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** A line of a list of particulars: what it is, what it says, what stands behind it, and how much attention it wants. */
export interface Line {
  readonly label: string;
  readonly text: string;
  /** For a second look: the id behind a name, the cause behind "unknown". */
  readonly detail: string | null;
  readonly tone: "plain" | "loud" | "unknown" | "hidden";
}

export const lineOf = (
  label: string,
  text: string,
  detail: string | null = null,
  tone: Line["tone"] = "plain",
): Line => ({ label, text, detail, tone });

/** What a line says of a fact; an unknown one says why, in its detail. @param hidden what only auditors see of it */
export function factLine(
  label: string,
  fact: Fact | Names | Tags | undefined,
  absent = "none",
  hidden = "the tags",
): Line {
  if (fact === undefined) return lineOf(label, "not known yet", null, "unknown");
  switch (fact.kind) {
    case "value":
      return lineOf(label, wordsOf(fact.value) || absent);
    case "absent":
      return lineOf(label, absent);
    case "unknown":
      return fact.isHidden
        ? lineOf(label, `Only auditors see ${hidden}.`, null, "hidden")
        : lineOf(label, "unknown", fact.cause, "unknown");
  }
}

function wordsOf(value: string | readonly string[] | Readonly<Record<string, string>>): string {
  if (typeof value === "string") return value;
  if (isList(value)) return value.join(", ");
  return Object.entries(value)
    .map(([name, of]) => `${name}=${of}`)
    .join(", ");
}

const isList = (value: object): value is readonly string[] => Array.isArray(value);

/** The text of a fact; null where it is none. */
export const textOf = (fact: Fact | undefined): string | null =>
  fact?.kind === "value" && fact.value !== "" ? fact.value : null;
