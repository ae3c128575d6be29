import {
  type Keys,
  MAX_LIST_ENTRIES,
  MAX_REASON_LENGTH,
  MAX_TEXT_LENGTH,
  NAME,
} from "../../policy/file/reader.ts";
import { RESERVED_NAMES } from "../../policy/verdict.ts";

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/** A part that stands under `$defs`. Editors show the description of the key, not that of the part. */
export const ref = (name: string, description?: string): Schema => ({
  $ref: `#/$defs/${name}`,
  ...(description === undefined ? {} : { description }),
});

/** A mapping with fixed keys; no reader accepts an empty one. */
export const mapping = <K extends string>(
  { required, optional }: Keys<K>,
  properties: Readonly<Record<K, Schema>>,
  more: Schema = {},
): Schema => ({
  type: "object",
  properties: Object.fromEntries([...required, ...optional].map((key) => [key, properties[key]])),
  ...(required.length === 0 ? { minProperties: 1 } : { required }),
  additionalProperties: false,
  ...more,
});

/** A mapping with exactly one of the keys. */
export const oneOfKeys = <K extends string>(properties: Readonly<Record<K, Schema>>): Schema =>
  mapping({ required: [], optional: Object.keys(properties) as K[] }, properties, { maxProperties: 1 });

/** A mapping whose keys the author chooses. */
export const named = (value: Schema, names: Schema = ref("name")): Schema => ({
  type: "object",
  minProperties: 1,
  propertyNames: names,
  additionalProperties: value,
});

/** A list that holds something. */
export const listOf = (items: Schema, more: Schema = {}): Schema => ({
  type: "array",
  items,
  minItems: 1,
  maxItems: MAX_LIST_ENTRIES,
  ...more,
});

/** One of a few words. */
export const words = (of: readonly string[], description?: string): Schema => ({
  enum: of,
  ...(description === undefined ? {} : { description }),
});

/** The bounds of a duration, as far as each unit goes. */
const MINUTES = "([1-9][0-9]{0,4}|1[01][0-9]{4}|12[0-8][0-9]{3}|129[0-5][0-9]{2}|129600)";
const HOURS = "([1-9][0-9]{0,2}|1[0-9]{3}|20[0-9]{2}|21[0-5][0-9]|2160)";
const DAYS = "([1-9]|[1-8][0-9]|90)";

/** What the other parts are made of. */
export const BASICS = {
  name: {
    type: "string",
    pattern: NAME.source,
    description: 'Letters, digits, ".", "_" and "-"; begins with a letter or digit.',
  },
  newName: { $ref: "#/$defs/name", not: { enum: RESERVED_NAMES } },
  text: { type: "string", maxLength: MAX_TEXT_LENGTH },
  /** One line that neither begins nor ends with a blank. */
  entry: { type: "string", maxLength: MAX_TEXT_LENGTH, pattern: "^\\S(.*\\S)?$" },
  sentence: { type: "string", maxLength: MAX_REASON_LENGTH, pattern: "\\S" },
  duration: {
    type: "string",
    pattern: `^(${MINUTES}m|${HOURS}h|${DAYS}d)$`,
    description: "Minutes, hours or days, from 1m to 90d: 30m, 4h, 2d.",
    examples: ["30m", "4h", "2d"],
  },
} satisfies Readonly<Record<string, Schema>>;
