import type { TimeWindow } from "../content.ts";
import { includesText, stepsFor, type Texts } from "../texts.ts";
import type {
  CompiledBlock,
  CompiledMatcher,
  CompiledRule,
  ConditionIndex,
  FieldIndex,
  Policy,
} from "./compiled.ts";
import { FactReader, type Seen, typed } from "./read-facts.ts";
import { isWithin } from "./time-window.ts";
import { isKnownZone } from "./time-zone.ts";
import { all, and, any, not, type Truth } from "./truth.ts";

const TIME = typed({ name: "time", path: ["time"], tag: null });
/** Of comparing texts with patterns, for one request: some ten milliseconds. */
const MAX_STEPS = 8_000_000;
const UNREAD: Seen = { kind: "unknown", cause: "it was not read" };

/**
 * One request as one policy sees it. It reads and tests a thing when it is first asked for, and never twice; a rule
 * ends at its first condition that says no.
 */
export class Inspection {
  readonly #policy: Policy;
  readonly #reader: FactReader;
  readonly #seen: (Seen | undefined)[];
  readonly #truths: (Truth | undefined)[];
  #stepsLeft = MAX_STEPS;

  constructor(policy: Policy, facts: unknown) {
    this.#policy = policy;
    this.#reader = new FactReader(facts);
    this.#seen = new Array(policy.fields.length).fill(undefined);
    this.#truths = new Array(policy.conditions.length).fill(undefined);
  }

  /** All of `when`, one block of `anyOf` if there are any, and no whole block of `unless`. */
  matches(rule: CompiledRule): Truth {
    const wanted = all(rule.when, this.truthOf);
    if (wanted === "no") return wanted;
    const oneOf = rule.anyOf.length === 0 ? "yes" : this.holdsOneOf(rule.anyOf);
    return and(and(wanted, oneOf), not(this.holdsOneOf(rule.unless)));
  }

  holdsOneOf(blocks: readonly CompiledBlock[]): Truth {
    return any(blocks, this.holds);
  }

  readonly holds = (block: CompiledBlock): Truth => all(block, this.truthOf);

  readonly truthOf = (index: ConditionIndex): Truth => {
    const known = this.#truths[index];
    if (known !== undefined) return known;

    // Indices made by `compile` are always found; if one were not, it would leave its rule undecided.
    const condition = this.#policy.conditions[index];
    const truth =
      condition === undefined ? "unknown" : this.#test(condition.matcher, this.see(condition.field));
    this.#truths[index] = truth;
    return truth;
  };

  /** What there is to see at a field. */
  see(index: FieldIndex): Seen {
    const known = this.#seen[index];
    if (known !== undefined) return known;

    const field = this.#policy.fields[index];
    const seen = field === undefined ? UNREAD : this.#reader.read(field);
    this.#seen[index] = seen;
    return seen;
  }

  /** The moment of judgement, in Unix ms; null when it is not known. */
  nowMs(): number | null {
    const seen = this.#reader.read(TIME);
    return seen.kind === "time" ? seen.instantMs : null;
  }

  /** Nothing is known about an unknown fact, not even that it is there; `not` of unknown is unknown. */
  #test(matcher: CompiledMatcher, seen: Seen): Truth {
    if (seen.kind === "unknown") return "unknown";
    switch (matcher.kind) {
      case "present":
        return yesIf((seen.kind !== "absent") === matcher.wanted);
      case "text":
        return this.#includes(matcher.texts, seen, matcher.negated);
      case "sameAs": {
        const other = this.see(matcher.other);
        return other.kind === "unknown" ? "unknown" : yesIf(isSame(seen, other) !== matcher.negated);
      }
      case "count":
        return seen.kind === "count"
          ? yesIf(seen.count >= matcher.atLeast && seen.count <= matcher.atMost)
          : "unknown";
      case "time":
        return seen.kind === "time" && canTell(matcher.window)
          ? yesIf(isWithin(matcher.window, seen.instantMs) !== matcher.negated)
          : "unknown";
    }
  }

  /** Authors write the patterns and strangers the texts: the steps are limited for both together. */
  #includes(texts: Texts, seen: Seen, negated: boolean): Truth {
    const folded = textsOf(seen);
    const steps = folded.reduce((total, { length }) => total + stepsFor(texts, length), 0);
    if (steps > this.#stepsLeft) return "unknown";
    this.#stepsLeft -= steps;
    return yesIf(folded.some((text) => includesText(texts, text)) !== negated);
  }
}

const canTell = ({ timezone }: TimeWindow): boolean => timezone === null || isKnownZone(timezone);
const yesIf = (holds: boolean): Truth => (holds ? "yes" : "no");

const isSame = (seen: Seen, other: Seen): boolean =>
  other.kind === "text" && textsOf(seen).includes(other.folded);

function textsOf(seen: Seen): readonly string[] {
  switch (seen.kind) {
    case "text":
      return [seen.folded];
    case "names":
      return seen.folded;
    default:
      return [];
  }
}
