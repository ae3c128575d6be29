import { type Claim, type ClaimedRule, not } from "./claims.ts";
import type { Effort } from "./effort.ts";
import { Knowledge } from "./knowledge.ts";

/** What is true of every request that a rule matches by one of its blocks of `anyOf`, or by `when` alone. */
export interface Way {
  readonly claims: readonly Claim[];
  readonly known: ReadonlyMap<Claim["field"], Knowledge>;
}

/** A way of which nothing is known. */
const NOTHING_KNOWN: Way = { claims: [], known: new Map() };

/** What may hold beside `when`: each block of `anyOf`, or nothing when there is none. */
export const alternatives = ({ anyOf }: ClaimedRule): readonly (readonly Claim[])[] =>
  anyOf.length === 0 ? [[]] : anyOf;

/** What `unless` adds to `when`: a block of one line that must not hold says that this line says no. */
export const excludedBy = ({ unless }: ClaimedRule): readonly Claim[] =>
  unless.flatMap(([only, ...more]) => (only !== undefined && more.length === 0 ? [not(only)] : []));

/** What it costs to look at a claim that stands there, and to find out what is known of it together with others. */
const LOOK = 5;
const LEARN = 100;

/** Finds out what follows from the rules of one policy; what was found out once is remembered. */
export class Ways {
  readonly #knowledge = new Map<string, Knowledge>();
  readonly #effort: Effort;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  /** The ways in which the rule can match; none when it never can. */
  of(rule: ClaimedRule): readonly Way[] {
    const known = [...rule.when, ...excludedBy(rule)];
    const blocks = alternatives(rule);
    if (
      !this.#effort.take(
        LEARN * blocks.length * (1 + known.length) + LOOK * blocks.length * rule.unless.length,
      )
    )
      return [NOTHING_KNOWN];
    return blocks
      .map((block) => this.#way([...known, ...block]))
      .filter(
        (way) =>
          ![...way.known.values()].some(({ isImpossible }) => isImpossible) &&
          !rule.unless.some((block) => holdsIn(way, block)),
      );
  }

  /** Whether `outer` matches whatever `inner` matches in `ways`; false also when that cannot be proved. */
  matchesWherever(outer: ClaimedRule, inner: ClaimedRule, ways: readonly Way[]): boolean {
    return ways.every(
      (way) =>
        this.#effort.take(LOOK * (1 + outer.anyOf.length + outer.unless.length)) &&
        holdsIn(way, outer.when) &&
        (outer.anyOf.length === 0 || outer.anyOf.some((block) => holdsIn(way, block))) &&
        outer.unless.every((block) => this.#failsIn(way, block, inner.unless)),
    );
  }

  /** Whether none of the blocks holds for whatever `inner` matches in `ways`; false also when that cannot be proved. */
  failWherever(blocks: readonly (readonly Claim[])[], inner: ClaimedRule, ways: readonly Way[]): boolean {
    return ways.every((way) => blocks.every((block) => this.#failsIn(way, block, inner.unless)));
  }

  /** A block fails where one of its lines does, or where it would make a block hold that is known to fail. */
  #failsIn(way: Way, block: readonly Claim[], failing: readonly (readonly Claim[])[]): boolean {
    if (block.some((claim) => implies(way, not(claim)))) return true;
    if (failing.length === 0) return false;
    const claims = [...way.claims, ...block];
    if (!this.#effort.take(LEARN * claims.length + LOOK * failing.length)) return false;
    const both = this.#way(claims);
    return failing.some((other) => holdsIn(both, other));
  }

  #way(claims: readonly Claim[]): Way {
    const byField = Map.groupBy(claims, ({ field }) => field);
    return { claims, known: new Map([...byField].map(([field, about]) => [field, this.#know(about)])) };
  }

  #know(claims: readonly Claim[]): Knowledge {
    const key = claims
      .map(({ id }) => id)
      .toSorted()
      .join(" ");
    const known = this.#knowledge.get(key) ?? new Knowledge(claims, this.#effort);
    this.#knowledge.set(key, known);
    return known;
  }
}

/** Whether the claim is true wherever the way leads; false also when that cannot be proved. */
export const implies = ({ known }: Way, claim: Claim): boolean =>
  known.get(claim.field)?.implies(claim) ?? false;

const holdsIn = (way: Way, block: readonly Claim[]): boolean => block.every((claim) => implies(way, claim));
