import { stepsOf } from "../../policy/file/pattern-budget.ts";
import { isGlob } from "../../policy/glob.ts";
import { fold } from "../../policy/text.ts";
import { compileTexts, includesText, type Texts } from "../../policy/texts.ts";
import type { Effort } from "./effort.ts";

/** The texts and patterns of one condition, for questions about everything that they match. */
export interface Choice {
  /** Folded, without repetition. */
  readonly entries: readonly string[];
  /** What its patterns cost for one character of a text. */
  readonly steps: number;
  readonly texts: Texts;
}

/** Makes a choice of what an author wrote. */
export function choiceOf(written: readonly string[]): Choice {
  const entries = [...new Set(written.map(fold))];
  const steps = entries.filter(isGlob).reduce((sum, glob) => sum + stepsOf(glob), 0);
  return { entries, steps, texts: compileTexts(written) };
}

/** Whether the choice matches whatever `entry` matches; false also when that is not proved. */
export function covers(choice: Choice, entry: string, effort: Effort): boolean {
  if (!isGlob(entry)) return effort.take(stepsToFind(choice, entry)) && includesText(choice.texts, entry);
  return (
    effort.take(choice.entries.length * GLANCE) && choice.entries.some((outer) => coversGlob(outer, entry))
  );
}

/** Whether the choice matches nothing that `entry` matches; false also when that is not proved. */
export function isApart(choice: Choice, entry: string, effort: Effort): boolean {
  if (!isGlob(entry)) return effort.take(stepsToFind(choice, entry)) && !includesText(choice.texts, entry);
  return choice.entries.every((other) => areApart(other, entry, effort));
}

/** What it costs to compare two texts at their beginnings. */
const GLANCE = 20;

const stepsToFind = ({ steps }: Choice, text: string): number => GLANCE + steps * text.length;

/** Proved for equal patterns and for those that end in their only wildcard, `*`: that is nearly all people write. */
const coversGlob = (outer: string, inner: string): boolean =>
  outer === inner || (outer === `${literalStart(outer)}*` && inner.startsWith(literalStart(outer)));

const literalStart = (glob: string): string => glob.slice(0, glob.search(/[*?]|$/));
const literalEnd = (glob: string): string =>
  glob.slice(Math.max(glob.lastIndexOf("*"), glob.lastIndexOf("?")) + 1);

/** Whether no text fits both patterns. Nearly all that are apart begin or end differently. */
function areApart(a: string, b: string, effort: Effort): boolean {
  const [start, otherStart] = [literalStart(a), literalStart(b)];
  const [end, otherEnd] = [literalEnd(a), literalEnd(b)];
  const canBeginAlike = start.startsWith(otherStart) || otherStart.startsWith(start);
  const canEndAlike = end.endsWith(otherEnd) || otherEnd.endsWith(end);
  if (!canBeginAlike || !canEndAlike) return effort.take(4 * GLANCE);
  return effort.take(4 * GLANCE + a.length * b.length) && !canMeet(a, b);
}

/** Whether some text fits both patterns: whether both can be read to their ends at once. */
function canMeet(a: string, b: string): boolean {
  // Which beginnings of `b` can be read together with the beginning of `a` so far.
  let reached = new Uint8Array(b.length + 1);
  reached[0] = 1;
  for (let at = 0; at <= a.length; at++) {
    const next = new Uint8Array(b.length + 1);
    for (let atOther = 0; atOther <= b.length; atOther++) {
      if (reached[atOther] === 0) continue;
      // Whatever is marked behind `atOther` is walked over, too.
      const [one, other] = [a[at], b[atOther]];
      if (one === "*") next[atOther] = 1;
      if (other === "*" || (one === "*" && other !== undefined)) reached[atOther + 1] = 1;
      if (other === "*" && one !== undefined) next[atOther] = 1;
      else if (one !== undefined && other !== undefined && (one === other || one === "?" || other === "?"))
        next[atOther + 1] = 1;
    }
    if (at === a.length) return reached[b.length] === 1;
    reached = next;
  }
  return false;
}
