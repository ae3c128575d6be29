import type { Block } from "../../policy/content.ts";
import { enumerate, fold, quote } from "../../policy/text.ts";
import { type Claim, type ClaimedRule, Claimer, claimRules } from "./claims.ts";
import { conditionsOf } from "./conditions.ts";
import { type Finding, findingAt, type Warning } from "./warning.ts";

/** Rules that do the same under the same conditions. */
export const sameRules: Warning = (file) =>
  repeated(claimRules(file.content, new Claimer(file.content)), identityOfRule).map(
    ([{ rule }, { rule: first }]) => {
      const both = `both ${rule.outcome.kind}, under the same conditions`;
      const message = `rule "${rule.name}" repeats rule "${first.name}" (line ${first.line}): ${both}`;
      return findingAt(rule, message, file);
    },
  );

/** Blocks that stand twice in one list of blocks. */
export const sameBlocks: Warning = (file) => {
  const { rules, visibility } = file.content;
  const claimer = new Claimer(file.content);
  const lists = [...rules.flatMap(({ anyOf, unless }) => [anyOf, unless]), visibility?.anyOf ?? []];
  return lists.flatMap((blocks) =>
    repeated(blocks, (block: Block) => identityOfBlock(claimer.block(block))).map(([block, first]) => {
      const line = file.report.lineOf(file.places.get(first)?.from ?? 0);
      return findingAt(block, `this block says the same as the one on line ${line}`, file);
    }),
  );
};

/** Entries that stand twice in a named list, or among the texts of a condition. */
export const sameEntries: Warning = (file) => [
  ...[...file.lists].flatMap(([name, { entries, report, at }]): Finding[] => {
    const twice = twiceIn(entries);
    return twice === null ? [] : [{ report, at, message: `list ${quote(name)} holds ${twice} twice` }];
  }),
  ...conditionsOf(file).flatMap((condition): Finding[] => {
    const twice = condition.matcher.kind === "text" ? twiceIn(condition.matcher.texts) : null;
    return twice === null ? [] : [findingAt(condition, `${condition.field.name} holds ${twice} twice`, file)];
  }),
];

const MAX_NAMED = 3;

function twiceIn(entries: readonly string[]): string | null {
  const twice = repeated(entries, fold).map(([entry]) => quote(entry, 60));
  return twice.length === 0 ? null : enumerate(twice, MAX_NAMED);
}

/** Each value whose identity an earlier one has, with the first such. */
function repeated<T>(values: readonly T[], identity: (value: T) => string): [repetition: T, first: T][] {
  const byIdentity = new Map<string, T>();
  return values.flatMap((value): [T, T][] => {
    const id = identity(value);
    const first = byIdentity.get(id);
    if (first !== undefined) return [[value, first]];
    byIdentity.set(id, value);
    return [];
  });
}

/** Neither the order nor the spelling of lines and blocks matters. */
const identityOfRule = ({ rule, when, anyOf, unless }: ClaimedRule): string =>
  JSON.stringify([
    rule.mode,
    rule.outcome,
    identityOfBlock(when),
    setOf(anyOf.map(identityOfBlock)),
    setOf(unless.map(identityOfBlock)),
  ]);

const identityOfBlock = (claims: readonly Claim[]): string => setOf(claims.map(({ id }) => id)).join(" ");

const setOf = <T>(identities: readonly T[]): readonly T[] => [...new Set(identities)].toSorted();
