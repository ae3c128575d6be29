import { printable } from "../kit/printable.ts";
import { table } from "../kit/table.ts";
import type { Change } from "./plan.ts";
import type { Who } from "./who.ts";

/** What a run found, and did. */
export interface Outcome {
  readonly who: Who;
  readonly changes: readonly Change[];
  readonly left: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly isApplied: boolean;
}

/** For people. */
export function told({ who, changes, left, settings, isApplied }: Outcome): string {
  const rows = changes.map(({ object, what, now, willBe }) => [object, what, now, willBe]);
  const heads = ["object", "what", ...(isApplied ? ["was", "is now"] : ["now", "will be"])];
  const plan = rows.length === 0 ? "Everything is there." : table(heads, rows);
  const [some, verb] = [
    `${rows.length} ${rows.length === 1 ? "change" : "changes"}`,
    isApplied ? "made" : "to make",
  ];
  const ending =
    rows.length === 0 ? [] : [`${some} ${verb}.${isApplied ? "" : " Nothing was changed: add --apply."}`];
  const names = Object.entries(settings).map(([name, value]) => `azd env set ${name} ${value}`);
  return [
    `Tenant ${who.tenant}, as ${printable(who.name)}`,
    plan,
    ...ending,
    ...(left.length === 0 ? [] : ["", "Left as it is:", ...left.map((line) => `  ${printable(line)}`)]),
    ...(names.length === 0 ? [] : ["", ...names]),
  ].join("\n");
}
