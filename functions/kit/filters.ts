import * as z from "zod";
import { ConnectionId } from "../../shared/connection/arm-id.ts";
import type { Instant } from "../../shared/connection/connection.ts";
import { quote } from "../../shared/policy/text.ts";
import { isSignInName } from "../../shared/request/redacted.ts";
import type { Search } from "../../shared/search/port.ts";
import {
  connectionTerms,
  type Dimension,
  MAX_WORDS,
  type Term,
  termOf,
  wordsIn,
} from "../../shared/search/terms.ts";
import { From, To } from "./moment.ts";
import { Paging } from "./paging.ts";
import { Problem } from "./problem.ts";
import { seesAll } from "./redact.ts";
import type { Caller } from "./sign-in.ts";

const MAX_CHARACTERS = 600;
const text = z.string().min(1).max(MAX_CHARACTERS).optional();

const WORDS = `must have 1 to ${MAX_WORDS} words of letters or digits`;

/** The filters of every list that say what something is about. */
export const Filters = Paging.extend({
  request: text.describe("Only what is about this request: its id."),
  connection: text.describe("Only what is about this connection: its name or its ARM id, in any case."),
  cluster: text.describe("Only what is about this cluster: its name or its ARM id, in any case."),
  consumer: text.describe("Only what is about private endpoints of this subscription: its id."),
  endpoint: text.describe("Only what is about this private endpoint: its name or its ARM id, in any case."),
  person: text.describe(
    "Only what this person did: an object id or full name, or for auditors a sign-in name, in any case.",
  ),
  integration: text.describe("Only what this integration did: its name in the policy."),
  rule: text.describe("Only what this rule of the policy did: its name, in any case."),
  by: z
    .enum(["rule", "person", "integration", "system"])
    .optional()
    .describe("Only what was done by rules of the policy, by people, by integrations, or by the app itself."),
  q: z
    .string()
    .max(MAX_CHARACTERS)
    .refine(
      (words) => wordsIn(words).length > 0 && wordsIn(words, Number.POSITIVE_INFINITY).length <= MAX_WORDS,
      WORDS,
    )
    .optional()
    .describe(
      `Only what has all of these words, up to ${MAX_WORDS}, in the names of its cluster and its private endpoint: whole words of letters and digits, in any case.`,
    ),
});

/** The filters that may name what is nowhere, and what their values look like. */
const NAMES = {
  request: "A request is its id, pec- and 32 hexadecimal digits.",
  connection: "A connection is its name or its ARM id.",
  cluster: "A cluster is its name, such as aks-prod, or its ARM id.",
  consumer: "A consumer is the id of a subscription, such as 3e9e0d50-1ff8-4789-acc6-7d571bd52f17.",
  endpoint: "An endpoint is its name, such as pe-payments, or its ARM id.",
  person: "A person is an object id, a sign-in name or a full name.",
  integration: "An integration is its name in the policy.",
  rule: "A rule is its name in the policy.",
} as const satisfies Partial<Record<Dimension, string>>;
const NAMED = Object.keys(NAMES) as (keyof typeof NAMES)[];

/** The filters that are terms as they stand. */
const PLAIN = [...NAMED, "by", "kind", "outcome", "state", "trouble"] as const;

type Given = { readonly [name in (typeof PLAIN)[number] | "q"]?: string | undefined };

/** Whose sign-in name it is can be learned by looking for it, too. @throws a `Problem` where that is not for the caller */
export function checkPerson(caller: Caller, { person }: Given): void {
  if (person === undefined || !isSignInName(person) || seesAll(caller)) return;
  throw new Problem(
    "wrongRole",
    "To look for a sign-in name needs the app role Auditor; look for the object id or the full name.",
  );
}

/** What the filters of a query ask for. */
export const termsOf = (query: Given): readonly Term[] => [
  ...PLAIN.flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : termsOfOne(name, value);
  }),
  ...wordsIn(query.q ?? "").map((word) => termOf("word", word)),
];

function termsOfOne(name: (typeof PLAIN)[number], value: string): readonly Term[] {
  const id = name === "connection" ? ConnectionId.safeParse(value.trim()).data : undefined;
  return id === undefined ? [termOf(name, value)] : connectionTerms(id);
}

/** Which filters no record at all meets, so that nothing found is not taken for nothing done; empty when each meets one. */
export async function hintFor(search: Search, query: Given): Promise<{ readonly hint?: string }> {
  const sentences: string[] = [];
  for (const name of NAMED) {
    const value = query[name];
    if (value !== undefined && !(await knowsAll(search, termsOfOne(name, value))))
      sentences.push(`No record has the ${name} ${quote(value)}. ${NAMES[name]}`);
  }
  for (const word of wordsIn(query.q ?? ""))
    if (!(await search.knows(termOf("word", word))))
      sentences.push(`No name has the word ${quote(word)}. Words are looked for whole.`);
  return sentences.length === 0 ? {} : { hint: sentences.join(" ") };
}

async function knowsAll(search: Search, terms: readonly Term[]): Promise<boolean> {
  for (const term of terms) if (!(await search.knows(term))) return false;
  return true;
}

/** From when until when; what the two are about is the list's to say. */
export const span = (what: string) => ({
  from: From.optional().describe(
    `Only ${what} of this moment or later: a date such as 2026-03-01 (from its beginning, in UTC) or a time such as 2026-03-01T09:00:00Z.`,
  ),
  to: To.optional().describe(
    `Only ${what} before this moment: a date such as 2026-03-01 (all of that day included, in UTC) or a time such as 2026-03-01T09:00:00Z.`,
  ),
});

interface Span {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** The same query, with a span that begins before it ends. */
export const inOrder = <S extends z.ZodType<Span>>(query: S): S =>
  query.refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ["from"],
    error: "must be before to",
  });
