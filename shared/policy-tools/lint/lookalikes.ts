import { fold, quote } from "../../policy/text.ts";

/** All of it is what it looks like. */
const PLAIN = /^[ -~]*$/;
/** The letters of a word with their accents. */
const WORD = /\p{L}[\p{L}\p{M}]*/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts of which many letters look like Latin ones. */
const OTHERS = {
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Armenian: /\p{Script=Armenian}/u,
  Cherokee: /\p{Script=Cherokee}/u,
};

/**
 * What makes a text another one than it looks like, as the end of a sentence; null when nothing does. ARM compares letter by
 * letter, without regard to looks: a name that was typed or copied in another way is another name.
 */
export function lookalikeIn(text: string): string | null {
  if (PLAIN.test(text)) return null;
  return variantIn(text) ?? strangerIn(text) ?? (text === text.normalize("NFC") ? null : COMBINED);
}

const COMBINED = "written with accents as characters of their own, which no keyboard does; type it anew";

/** A letter that is a variant of another one: the Ångström sign, full width, mathematical bold. */
function variantIn(text: string): string | null {
  for (const [letter] of text.matchAll(/\p{L}/gu)) {
    const usual = letter.normalize("NFKC");
    if (usual !== letter && fold(usual) !== fold(letter) && !ORDINALS.includes(letter))
      return `written with ${named(letter)}, which only looks like ${quote(usual)}`;
  }
  return null;
}

/** Spanish and Portuguese keyboards have them. */
const ORDINALS = "ªº";

/** A letter of another script in a word of Latin ones. */
function strangerIn(text: string): string | null {
  for (const [word] of text.matchAll(WORD)) {
    if (!LATIN.test(word)) continue;
    for (const [script, letters] of Object.entries(OTHERS)) {
      const [letter] = letters.exec(word) ?? [];
      if (letter !== undefined)
        return `written with ${named(letter)}, which is ${script}, among Latin letters`;
    }
  }
  return null;
}

const named = (letter: string): string =>
  `${quote(letter)} (U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`;
