/** What a terminal would obey, and letters that turn a line around. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Somebody else's words, so that a terminal shows them and does nothing. */
export const printable = (text: string): string => text.replace(OBEYED, "?");
