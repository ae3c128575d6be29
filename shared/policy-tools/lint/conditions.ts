import type { Condition } from "../../policy/content.ts";
import type { Linted } from "./warning.ts";

/** All conditions of the file. */
export const conditionsOf = ({ content: { rules, visibility, freezes } }: Linted): readonly Condition[] => [
  ...rules.flatMap(({ when, anyOf, unless }) => [when, ...anyOf, ...unless].flat()),
  ...(visibility?.anyOf ?? []).flat(),
  ...freezes.flatMap(({ when }) => when),
];
