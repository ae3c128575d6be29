import { COUNT, COUNT_BOUNDS } from "../../policy/file/count-condition.ts";
import { QUIET_HOURS } from "../../policy/file/telling.ts";
import type { OPERATORS, OPERATORS_UNDER_NOT } from "../../policy/file/text-condition.ts";
import { DAYS, WINDOW } from "../../policy/file/time-condition.ts";
import { listOf, mapping, oneOfKeys, ref, type Schema, words } from "./parts.ts";

const IN = ref("name", "Any entry of this list.");
const SAME_AS = ref("text", "The same text as this field has now, without case: cluster.tags.costCenter.");

const text: Schema = {
  anyOf: [
    ref("pattern"),
    ref("patterns"),
    oneOfKeys<(typeof OPERATORS)[number]>({
      in: IN,
      not: ref("unwantedText", "None of these; holds also when the field is absent."),
      present: { type: "boolean", description: "Whether the field is there at all." },
      sameAs: SAME_AS,
    }),
  ],
};

const unwantedText: Schema = {
  anyOf: [
    ref("pattern"),
    ref("patterns"),
    oneOfKeys<(typeof OPERATORS_UNDER_NOT)[number]>({ in: IN, sameAs: SAME_AS }),
  ],
};

const bound = { type: "integer", minimum: COUNT_BOUNDS.min, maximum: COUNT_BOUNDS.max };
const count = mapping(COUNT, {
  atLeast: { ...bound, description: "This many or more." },
  atMost: { ...bound, description: "This many or fewer." },
});

const ofTheWeek = {
  days: {
    anyOf: [ref("day"), listOf(ref("day"), { uniqueItems: true })],
    description: "On these days; a window that crosses midnight belongs to the day on which it begins.",
  },
  between: {
    type: "string",
    pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    description: "Between these times of day, the second exclusive; may cross midnight.",
    examples: ["07:00-18:00", "22:00-06:00"],
  },
  timezone: ref("text", "IANA name of the time zone in which the times here are local: Europe/Oslo."),
};

const quietHours = mapping(QUIET_HOURS, ofTheWeek, {
  anyOf: [{ required: ["days"] }, { required: ["between"] }],
});

const window = mapping(
  WINDOW,
  {
    ...ofTheWeek,
    from: ref("moment", "From this moment on, inclusive."),
    until: ref("moment", "Until this moment, exclusive."),
  },
  {
    anyOf: [
      { required: ["days"] },
      { required: ["between"] },
      { required: ["from"] },
      { required: ["until"] },
    ],
    dependentRequired: { days: ["timezone"], between: ["timezone"] },
  },
);

/** What can stand under a fact, by kind, and its parts. */
export const CONDITIONS = {
  pattern: ref("entry", "`*` is any run of characters, `?` exactly one; case does not matter."),
  patterns: { ...listOf(ref("pattern")), description: "Any of these." },
  textCondition: text,
  unwantedText,
  countCondition: count,
  day: words(DAYS),
  moment: {
    type: "string",
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
    examples: ["2026-12-18", "2026-12-18T16:00", "2026-12-18T16:00Z"],
  },
  window,
  quietHours,
  timeCondition: { anyOf: [ref("window"), oneOfKeys({ not: ref("window", "Outside this window.") })] },
} satisfies Readonly<Record<string, Schema>>;
