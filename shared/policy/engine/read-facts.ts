import { inUtc } from "../../text.ts";
import { FACT_TYPES, type Fact, type Field, factNameOf } from "../facts.ts";
import { fold } from "../text.ts";

/** Longer values are not compared but held to be unknown: every name, tag and message that Azure allows is shorter. */
export const MAX_FACT_LENGTH = 1_024;
const MAX_CAUSE_LENGTH = 200;
/** Of several names each; Azure's are at most 90 characters long. */
const MAX_NAME_LENGTH = 256;
/** Azure nests management groups six deep. */
export const MAX_NAMES = 20;
/** Azure allows 50. */
const MAX_TAGS = 200;
/** 2200-01-01, in Unix ms. What is later, or before 1970, is no moment of judgement. */
const MAX_INSTANT_MS = 7_258_118_400_000;
/** A moment as it may be written: with a time and an offset. */
export const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** What a condition sees of one fact: a clean value, with texts folded as well, or that there is none. */
export type Seen =
  | { readonly kind: "text"; readonly text: string; readonly folded: string }
  | { readonly kind: "names"; readonly names: readonly string[]; readonly folded: readonly string[] }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "time"; readonly instantMs: number }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly cause: string };

type Type = (typeof FACT_TYPES)[keyof typeof FACT_TYPES];

/** A field, and what is to be found there. */
export interface TypedField extends Field {
  readonly type: Type;
}

/** A path that is not in `Facts` is read as text, and is unknown. */
export function typed(field: Field): TypedField {
  const name = factNameOf(field);
  return { ...field, type: name === null ? "text" : FACT_TYPES[name] };
}

/** Reads fields of one request. Total: whatever is in `facts`, each answer is clean. */
export class FactReader {
  readonly #facts: unknown;
  /** A resource's tags by where they stand, so that many conditions on them cost one reading. */
  readonly #tags = new Map<string, ReadonlyMap<string, Seen> | Seen>();

  constructor(facts: unknown) {
    this.#facts = facts;
  }

  read({ path, tag, type }: TypedField): Seen {
    if (tag === null) return CLEAN[type](dig(this.#facts, path));

    const place = path[0] ?? "";
    const tags = this.#tags.get(place) ?? cleanTags(dig(this.#facts, path));
    this.#tags.set(place, tags);
    return "kind" in tags ? tags : (tags.get(tag) ?? ABSENT);
  }
}

/** What is known of tags that are too many to be looked through. */
export const TOO_MANY_TAGS = { kind: "unknown", cause: `it has more than ${MAX_TAGS} tags` } as const;

/** Whether there are more tags than any resource has. */
export const hasTooManyTags = (tags: object): boolean => Object.keys(tags).length > MAX_TAGS;

/** The same for people; times to the minute, names parted by commas. */
export function show(seen: Seen): Fact {
  switch (seen.kind) {
    case "text":
      return { kind: "value", value: seen.text };
    case "names":
      return { kind: "value", value: seen.names.join(", ") };
    case "count":
      return { kind: "value", value: String(seen.count) };
    case "time":
      return { kind: "value", value: inUtc(new Date(seen.instantMs).toISOString()) };
    case "absent":
    case "unknown":
      return seen;
  }
}

const ABSENT: Seen = { kind: "absent" };
const unknown = (cause: string): Seen => ({ kind: "unknown", cause });

/** Own properties only: `constructor` or `__proto__` in a path or in the facts reaches no prototype. */
function dig(from: unknown, path: readonly string[]): unknown {
  let found = from;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

const KIND = ["kind"];
const VALUE = ["value"];
const CAUSE = ["cause"];

function clean(raw: unknown, cleanValue: (value: unknown) => Seen): Seen {
  switch (dig(raw, KIND)) {
    case "value":
      return cleanValue(dig(raw, VALUE));
    case "absent":
      return ABSENT;
    case "unknown": {
      const cause = dig(raw, CAUSE);
      return unknown(typeof cause === "string" ? cause.slice(0, MAX_CAUSE_LENGTH) : "no cause was given");
    }
    default:
      return unknown("it was not gathered");
  }
}

/** A count and a time are always there; that one is absent means that it was lost. */
function cleanPresent(raw: unknown, cleanValue: (value: unknown) => Seen): Seen {
  const seen = clean(raw, cleanValue);
  return seen.kind === "absent" ? unknown("it is absent") : seen;
}

const CLEAN: Readonly<Record<Type, (raw: unknown) => Seen>> = {
  text: (raw) => clean(raw, (value) => cleanText(value)),
  names: (raw) => clean(raw, cleanNames),
  count: (raw) => cleanPresent(raw, cleanCount),
  time: (raw) => cleanPresent(raw, cleanTime),
  // Only a field with a tag looks here.
  tags: () => unknown("it is no single value"),
};

function cleanText(value: unknown, max = MAX_FACT_LENGTH): Seen {
  if (typeof value !== "string") return unknown("its value is not text");
  if (value.length > max) return unknown(`its value is longer than ${max} characters`);
  return { kind: "text", text: value, folded: fold(value) };
}

/** One bad name spoils all: the one that was meant may be the one that would have matched. */
function cleanNames(value: unknown): Seen {
  if (!Array.isArray(value)) return unknown("its value is not a list");
  if (value.length > MAX_NAMES) return unknown(`it has more than ${MAX_NAMES} values`);
  if (value.length === 0) return ABSENT;

  const names: string[] = [];
  const folded = new Set<string>();
  for (const name of value) {
    const seen = cleanText(name, MAX_NAME_LENGTH);
    if (seen.kind !== "text") return seen;
    names.push(seen.text);
    folded.add(seen.folded);
  }
  return { kind: "names", names, folded: [...folded] };
}

function cleanCount(value: unknown): Seen {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    return unknown("its value is not a whole number from 0");
  return { kind: "count", count: value as number };
}

function cleanTime(value: unknown): Seen {
  const instantMs = typeof value === "string" && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (!(instantMs >= 0 && instantMs < MAX_INSTANT_MS))
    return unknown("its value is not a moment as ISO 8601 writes it");
  return { kind: "time", instantMs };
}

/** Tags by folded name, or why there are none. Azure holds tag names to be equal without case. */
function cleanTags(raw: unknown): ReadonlyMap<string, Seen> | Seen {
  if (dig(raw, KIND) !== "value") return CLEAN.text(raw);
  const value = dig(raw, VALUE);
  if (typeof value !== "object" || value === null) return unknown("the tags are not a mapping");

  if (hasTooManyTags(value)) return unknown(TOO_MANY_TAGS.cause);

  const tags = new Map<string, Seen>();
  for (const [name, text] of Object.entries(value)) {
    const key = fold(name);
    tags.set(key, tags.has(key) ? unknown("two tags have this name, but for case") : cleanText(text));
  }
  return tags;
}
