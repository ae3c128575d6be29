import { type Choice, covers, isApart } from "./choice.ts";
import { type Claim, not } from "./claims.ts";
import type { Effort } from "./effort.ts";

/** What an answer costs at least. */
const THINK = 50;

/** What is known of one field where some claims about it are all true. */
export class Knowledge {
  readonly #claims: readonly Claim[];
  readonly #effort: Effort;
  readonly #answers: Map<Claim["id"], boolean>;
  /** The choices that the field must match, and those that it must not. */
  readonly #wanted: readonly Choice[];
  readonly #excluded: readonly Choice[];
  /** For each choice that the field must match: the entries that the other claims leave. Found when it is needed. */
  #left: readonly (readonly string[])[] | null = null;

  /** @param claims - all about the same field */
  constructor(claims: readonly Claim[], effort: Effort) {
    this.#claims = claims;
    this.#effort = effort;
    this.#answers = new Map(claims.map(({ id }) => [id, true]));
    this.#wanted = choicesOf(claims, true);
    this.#excluded = choicesOf(claims, false);
  }

  /**
   * Whether the claim, about this field, is true as well, whatever the facts. Sound, not complete: true is a proof,
   * false says nothing. From claims that cannot all be true, anything follows.
   */
  implies(claim: Claim): boolean {
    const known = this.#answers.get(claim.id);
    if (known !== undefined) return known;

    if (!this.#effort.take(THINK)) return false;
    const answer = this.#follows(claim);
    this.#answers.set(claim.id, answer);
    return answer;
  }

  /** Whether the claims can never all be true; false also when that cannot be proved. */
  get isImpossible(): boolean {
    return this.#claims.some((claim) => this.implies(not(claim)));
  }

  #follows({ about, holds, several }: Claim): boolean {
    switch (about.kind) {
      case "present":
        return holds ? this.#isThere() : this.#isNotThere();
      case "text":
        return holds ? this.#isOneOf(about.choice) : this.#isNoneOf(about.choice, several);
      case "count":
        return isCounted(about, holds, this.#claims);
      case "sameAs":
      case "time":
        return false;
    }
  }

  #isThere(): boolean {
    return this.#claims.some(
      ({ about, holds }) => holds && (about.kind === "present" || about.kind === "text"),
    );
  }

  /** Every text matches `*`: what may not match it is not there. */
  #isNotThere(): boolean {
    return (
      this.#claims.some(({ about, holds }) => !holds && about.kind === "present") || this.#isExcluded("*")
    );
  }

  #isOneOf(choice: Choice): boolean {
    const includes = (entry: string) => covers(choice, entry, this.#effort);
    return this.#leftOver().some((entries) => entries.every(includes)) || (includes("*") && this.#isThere());
  }

  #isNoneOf(choice: Choice, several: boolean): boolean {
    return (
      this.#isNotThere() ||
      choice.entries.every((entry) => this.#isExcluded(entry)) ||
      (!several &&
        this.#leftOver().some((entries) => entries.every((entry) => isApart(choice, entry, this.#effort))))
    );
  }

  #isExcluded(entry: string): boolean {
    return this.#excluded.some((choice) => covers(choice, entry, this.#effort));
  }

  #leftOver(): readonly (readonly string[])[] {
    // Of several values, each choice may be matched by another.
    const others = this.#claims.some(({ several }) => several) ? [] : this.#wanted;
    this.#left ??= this.#wanted.map((wanted) =>
      wanted.entries.filter(
        (entry) =>
          !this.#isExcluded(entry) &&
          !others.some((choice) => choice !== wanted && isApart(choice, entry, this.#effort)),
      ),
    );
    return this.#left;
  }
}

const choicesOf = (claims: readonly Claim[], wanted: boolean): Choice[] =>
  claims.flatMap(({ about, holds }) => (about.kind === "text" && holds === wanted ? [about.choice] : []));

function isCounted(
  { atLeast, atMost }: { readonly atLeast: number; readonly atMost: number },
  holds: boolean,
  known: readonly Claim[],
): boolean {
  const bounds = known.flatMap(({ about, holds: given }) => (about.kind === "count" && given ? [about] : []));
  if (bounds.length === 0) return false;
  const least = Math.max(...bounds.map((bound) => bound.atLeast));
  const most = Math.min(...bounds.map((bound) => bound.atMost));
  return holds ? least >= atLeast && most <= atMost : most < atLeast || least > atMost;
}
