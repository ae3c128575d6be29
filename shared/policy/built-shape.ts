import { type Field, factNameOf } from "./facts.ts";
import { MAX_TEXT_LENGTH } from "./file/reader.ts";
import type { Condition, Rule, TimeWindow } from "./policy.ts";
import { flag, integer, list, object, orNull, record, type Shape, text, that, union, word } from "./shape.ts";

const line = integer(1);
const short = text(MAX_TEXT_LENGTH);
const names = list(short, 1);
const groups = list(short);

const requirement = object({
  approvers: names,
  groups,
  quorum: integer(1),
  escalation: orNull(object({ approvers: names, groups, afterMs: integer(1) })),
});
const ask = object({
  requirements: list(requirement, 1),
  timeoutMs: integer(1),
  remindAfterMs: orNull(integer(1)),
  onTimeout: word("expire", "reject"),
  reasonRequired: flag,
  preventSelfReview: flag,
});
const outcomes = { approve: {}, reject: { reason: text() }, ask: { ask }, wait: {}, leave: {} };
const { approve, reject, wait, leave } = outcomes;

/** A shape, and something more about what has it. */
const and =
  <T>(shape: Shape, isFine: (value: T) => boolean): Shape =>
  (value) =>
    shape(value) ?? (isFine(value as T) ? null : "");

const field = and<Field>(
  object({ name: text(), path: list(text(), 1), tag: orNull(text()) }),
  (of) => factNameOf(of) !== null,
);
const bound = orNull(integer(0));
const minutes = integer(0, 24 * 60);
const window = and<TimeWindow>(
  object({
    timezone: orNull(short),
    days: orNull(list(integer(0, 6), 1)),
    between: orNull(object({ from: minutes, to: minutes })),
    from: orNull(that(Number.isSafeInteger)),
    until: orNull(that(Number.isSafeInteger)),
  }),
  ({ timezone, days, between }) => timezone !== null || (days === null && between === null),
);
const negated = flag;
const matcher = union({
  present: { wanted: flag },
  text: { negated, texts: list(short, 1) },
  list: { negated, list: short },
  sameAs: { negated, other: field },
  count: { atLeast: bound, atMost: bound },
  time: { negated, window },
});
const condition = object({ field, key: text(), expected: text(), matcher } satisfies Record<
  keyof Condition,
  Shape
>);
const block = list(condition);
const fullBlock = list(condition, 1);
const mode = word("enforce", "approveOnly", "shadow");

const rule = and<Rule>(
  object({
    name: text(100),
    line,
    mode,
    when: block,
    anyOf: list(fullBlock),
    unless: list(fullBlock),
    outcome: union({ approve, reject, ask: outcomes.ask }),
  }),
  ({ when, anyOf, outcome }) => outcome.kind !== "approve" || when.length + anyOf.length > 0,
);

/** Whether JSON is a `PolicyContent`; what only `compile` can see, like a list that is missing, it finds itself. */
export const policyContentShape: Shape = object({
  mode,
  lists: record(list(short, 1)),
  default: object({ line, outcome: union({ reject, ask: outcomes.ask }) }),
  whenUnknown: object({ line, ask }),
  visibility: orNull(object({ line, anyOf: list(fullBlock, 1), otherwise: union({ reject, leave }) })),
  freezes: list(
    object({ name: text(100), line, when: fullBlock, outcome: union({ wait, ask: outcomes.ask }) }),
  ),
  rules: list(rule),
});
