const STAR = 0x2a;
const QUESTION_MARK = 0x3f;

/** What `matchesGlob` needs of a text; a string is one. */
export interface Characters {
  readonly length: number;
  charCodeAt(index: number): number;
}

/** Whether a text of the policy file is a pattern. There is no escape: names in Azure contain neither character. */
export const isGlob = (text: string): boolean => text.includes("*") || text.includes("?");

/**
 * Whether the whole text fits the pattern: `*` is any run of characters, `?` exactly one UTF-16 code unit.
 * Both sides must be folded by the caller.
 *
 * Two pointers and one place to resume from, never a stack: when a part after `*` does not fit, only the last `*`
 * takes one character more. So a text costs at most (length of the longest part between stars + 1) steps for each of
 * its characters, whatever an outsider writes into it; the loader bounds the pattern.
 */
export function matchesGlob(pattern: string, text: Characters): boolean {
  let at = 0;
  let atText = 0;
  let afterStar = -1;
  let resumeText = 0;

  while (atText < text.length) {
    const wanted = pattern.charCodeAt(at);
    if (wanted === STAR) {
      afterStar = ++at;
      resumeText = atText;
    } else if (wanted === QUESTION_MARK || wanted === text.charCodeAt(atText)) {
      at++;
      atText++;
    } else if (afterStar >= 0) {
      at = afterStar;
      atText = ++resumeText;
    } else return false;
  }

  while (pattern.charCodeAt(at) === STAR) at++;
  return at === pattern.length;
}

/** The most steps that a pattern takes: so many, and so many for each character of the text. */
export interface GlobCost {
  readonly once: number;
  readonly each: number;
}

/** What stands before the first star is compared with one place of the text only, the rest with all of them. */
export function globCost(pattern: string): GlobCost {
  const [start = "", ...floating] = pattern.split("*");
  const longest = Math.max(0, ...floating.map((part) => part.length + 1));
  return { once: start.length + 1, each: longest };
}
