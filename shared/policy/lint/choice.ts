import { isGlob } from "../glob.ts";
import { fold } from "../text.ts";
import { compileTexts, includesText, type Texts } from "../texts.ts";

/** The texts and patterns of one condition, for questions about everything that they match. */
export interface Choice {
  /** Folded, without repetition. */
  readonly entries: readonly string[];
  readonly texts: Texts;
}

/** Makes a choice of what an author wrote. */
export const choiceOf = (written: readonly string[]): Choice => ({
  entries: [...new Set(written.map(fold))],
  texts: compileTexts(written),
});

/** Whether the choice matches whatever `entry` matches. False also when that cannot be proved. */
export const covers = ({ entries, texts }: Choice, entry: string): boolean =>
  isGlob(entry) ? entries.some((outer) => coversGlob(outer, entry)) : includesText(texts, entry);

/** Whether the choice matches nothing that `entry` matches. */
export const isApart = ({ entries, texts }: Choice, entry: string): boolean =>
  isGlob(entry) ? !entries.some((other) => canMeet(other, entry)) : !includesText(texts, entry);

/** Proved for equal patterns and for those that end in their only wildcard, `*`: that is nearly all people write. */
const coversGlob = (outer: string, inner: string): boolean =>
  outer === inner || (outer === `${literalStart(outer)}*` && inner.startsWith(literalStart(outer)));

const literalStart = (glob: string): string => glob.slice(0, glob.search(/[*?]|$/));

/** Whether some text fits both patterns: whether both can be read to their ends at once. */
function canMeet(a: string, b: string): boolean {
  let reached = new Set([0]);
  for (let at = 0; at <= a.length; at++) {
    const next = new Set<number>();
    // A set is walked through with what is added on the way.
    for (const atOther of reached) {
      const [one, other] = [a[at], b[atOther]];
      if (one === "*") next.add(atOther);
      if (other === "*" || (one === "*" && other !== undefined)) reached.add(atOther + 1);
      if (other === "*" && one !== undefined) next.add(atOther);
      else if (one !== undefined && other !== undefined && (one === other || one === "?" || other === "?"))
        next.add(atOther + 1);
    }
    if (at === a.length) return reached.has(b.length);
    reached = next;
  }
  return false;
}
