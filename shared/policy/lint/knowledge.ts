import { type Choice, covers, isApart } from "./choice.ts";
import { type Claim, not } from "./claims.ts";

/** What is known of one field where some claims about it are all true. */
export class Knowledge {
  readonly #claims: readonly Claim[];
  readonly #answers: Map<Claim["id"], boolean>;

  /** @param claims - all about the same field */
  constructor(claims: readonly Claim[]) {
    this.#claims = claims;
    this.#answers = new Map(claims.map(({ id }) => [id, true]));
  }

  /**
   * Whether the claim, about this field, is true as well, whatever the facts. Sound, not complete: true is a proof,
   * false says nothing. From claims that cannot all be true, anything follows.
   */
  implies(claim: Claim): boolean {
    const known = this.#answers.get(claim.id);
    if (known !== undefined) return known;

    const answer = follows(claim, this.#claims);
    this.#answers.set(claim.id, answer);
    return answer;
  }

  /** Whether the claims can never all be true; false also when that cannot be proved. */
  get isImpossible(): boolean {
    return this.#claims.some((claim) => this.implies(not(claim)));
  }
}

function follows({ about, holds, several }: Claim, known: readonly Claim[]): boolean {
  switch (about.kind) {
    case "present":
      return holds ? isThere(known) : isNotThere(known);
    case "text":
      return holds ? isOneOf(about.choice, known) : isNoneOf(about.choice, known, several);
    case "count":
      return isCounted(about, holds, known);
    case "sameAs":
    case "time":
      return false;
  }
}

const isThere = (known: readonly Claim[]): boolean =>
  known.some(({ about, holds }) => holds && (about.kind === "present" || about.kind === "text"));

/** Every text matches `*`: what may not match it is not there. */
const isNotThere = (known: readonly Claim[]): boolean =>
  known.some(({ about, holds }) => !holds && about.kind === "present") || isExcluded("*", known);

const isOneOf = (choice: Choice, known: readonly Claim[]): boolean =>
  left(known).some((entries) => entries.every((entry) => covers(choice, entry))) ||
  (covers(choice, "*") && isThere(known));

const isNoneOf = (choice: Choice, known: readonly Claim[], several: boolean): boolean =>
  isNotThere(known) ||
  choice.entries.every((entry) => isExcluded(entry, known)) ||
  (!several && left(known).some((entries) => entries.every((entry) => isApart(choice, entry))));

const choicesOf = (known: readonly Claim[], wanted: boolean): Choice[] =>
  known.flatMap(({ about, holds }) => (about.kind === "text" && holds === wanted ? [about.choice] : []));

const isExcluded = (entry: string, known: readonly Claim[]): boolean =>
  choicesOf(known, false).some((excluded) => covers(excluded, entry));

/** For each choice that the field must match: the entries that the other claims leave. */
function left(known: readonly Claim[]): (readonly string[])[] {
  const wanted = choicesOf(known, true);
  const excluded = choicesOf(known, false);
  // Of several values, each choice may be matched by another.
  const others = known.some(({ several }) => several) ? [] : wanted;
  return wanted.map(({ entries }) =>
    entries.filter(
      (entry) =>
        !excluded.some((choice) => covers(choice, entry)) && !others.some((choice) => isApart(choice, entry)),
    ),
  );
}

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
